"""MLF502: dependency files that keep MLflow 3 out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.dependencies import images, kept_pins, requirement, shell, versions
from codemod.dependencies.places import PIN, Choices, Place, without_comments
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.names.nodes import function_name
from codemod.rewriting.edits import ReplaceText
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.requirement_lists import (
    INSTALLS,
    SETUP_LISTS,
    are_releases,
    are_requirements,
    is_in_setup,
    is_installed,
    is_one_requirement,
    requirements_in,
    writes_requirements,
)
from codemod.rules.selectors import LIBRARY, LineStatement, calls_named, constructions, literals, masked_lines
from codemod.rules.stores.mlflow_pin_examples import EXAMPLES

# What a notebook that is exported as a script makes of a line such as `%pip install mlflow==2.9`.
_MAGIC_CALLS = ("run_line_magic", "run_cell_magic", "magic")
_INSTALLATION = re.compile(
    r"\b(?:pip3?|conda|mamba|uv|poetry|pdm)\b[^|;&\r\n]{0,80}?\b(?:install|add|create)\b|^\s*install\b"
)
# Functions that tell, or compare, what they are given.
_SPOKEN = re.compile(
    r"^_?(?:print|echo|exit|abort|SystemExit|warn|error|info|debug|exception|critical|fail|skip|skipif|log|dedent|add_argument)$|^assert|help",
    re.IGNORECASE,
)
# What MLflow says of itself.
_INSTALLED = ("__version__", "VERSION")
_NAME = re.compile(requirement.NAME, re.IGNORECASE)
_OPEN = re.compile(rf"{requirement.NAME}(?:{requirement.EXTRAS})?[ ]?(?:===?|~=)[ ]?", re.IGNORECASE)


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, shell.find, "MLF502")


def _check(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.JoinedStr):
        yield from _put_together(node, context)
    elif isinstance(node.value, str):
        yield from _text(node, node.value, context)
        yield from _image(node, node.value, context)


def _image(node: ast.Constant, value: str, context: Context) -> Iterator[Match]:
    """Judge the image of a server that code starts, such as ``DockerContainer("ghcr.io/mlflow/mlflow:v2.9.2")``."""
    if "/" in value and _is_run(node, context):
        for place in images.find(value, Substitutions(value)):
            if (place.start, place.end) == (0, len(value)):
                yield Match(node, place.message, Safety.MANUAL)


def _named_first(node: ast.JoinedStr, context: Context) -> Iterator[Match]:
    """Judge a requirement that begins with a variable: ``f"{PACKAGE}<3"``. What names MLflow itself is a literal of it."""
    texts = (str(each.value) for each in node.values if isinstance(each, ast.Constant))
    if isinstance(next(iter(node.values), None), ast.FormattedValue):
        if not any("mlflow" in text.lower() for text in texts):
            yield from _put_together(node, context)


def _put_together(node: ast.JoinedStr | ast.BinOp | ast.Call, context: Context) -> Iterator[Match]:
    """Judge a requirement that is made of parts, such as ``session.install(f"mlflow=={release}")`` and ``"mlflow" + PIN``."""
    if _is_part(node, context):
        return
    text = text_of(node, context.names)
    known, is_named = text.known, _NAME.match(text.start) is not None
    is_command = known is not None and _INSTALLATION.search(known) is not None
    if not (is_named or is_command):
        return  # most strings, of which nothing more need be asked
    if known is not None and _has_pin(node, context):
        return  # said of that
    choices, is_one = magic_lines.choices_of(context), _is_required(node, context)
    found: list[Place] = []
    if known is not None and is_one and is_named:
        found = list(requirement.pep_508(known, 0, choices))
    elif known is not None and is_command and _is_run(node, context):
        found = [place for place in shell.find(known, choices, Substitutions(known)) if place.code == PIN]
    for place in found[:1]:
        if place.edits:
            said = f"`{known}`, by a variable, keeps MLflow 3 out; give the variable a release of MLflow 3"
            said = said if _has_names(node) else place.by_hand().message
            yield Match(node, said, Safety.MANUAL)
    is_open = len(text.parts) == 2 and len(text.holes) == 1 and _OPEN.fullmatch(text.start) is not None
    if is_open and is_one and not _may_be_3(text.holes[0].node, context):
        yield Match(node, requirement.unknown(context.source(node).strip("f\"'"), 0).message, Safety.MANUAL)


def _is_required(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is one requirement: an argument of what installs, or an item of what is installed."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Call):
        return INSTALLS.search(function_name(parent.func)) is not None
    if not isinstance(parent, (ast.List, ast.Tuple, ast.Set)):
        return False
    return is_in_setup(parent, context) or is_installed(parent, context)


def _has_pin(node: ast.expr, context: Context) -> bool:
    """Return whether one of the strings that an expression is made of is a finding by itself."""
    texts = (each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return any(True for each in texts for _ in _text(each, str(each.value), context))


def _is_part(node: ast.expr, context: Context) -> bool:
    """Return whether a string is a part of one that is put together."""
    return isinstance(context.names.scopes.parent(node), (ast.BinOp, ast.Attribute, ast.JoinedStr, ast.FormattedValue))


def _has_names(node: ast.expr) -> bool:
    return any(isinstance(each, (ast.Name, ast.Attribute)) for each in ast.walk(node))


def _check_installed(node: ast.Call, context: Context) -> Iterator[Match]:
    """Judge ``dbutils.library.installPyPI("mlflow", version="2.1")``, which takes the release by itself."""
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    package = node.args[0] if node.args else given.get("pypiPackage")
    release = node.args[1] if len(node.args) > 1 else given.get("version")
    name = text_of(package, context.names).known if package is not None else None
    known = text_of(release, context.names).known if release is not None else None
    if package is not None and name is not None and known and _NAME.fullmatch(name):
        for place in requirement.pep_508(f"{name}=={known}", 0, magic_lines.choices_of(context)):
            yield Match(release or package, place.by_hand().message, Safety.MANUAL)


def _may_be_3(release: ast.expr, context: Context) -> bool:
    """Return whether a release is the one that runs, or whether a function is given some of MLflow 3, too.

    The decorator names the parameter then, as nox and pytest have it.
    """
    installed = context.resolve(release)
    if isinstance(installed, Mlflow) and installed.path.rpartition(".")[2] in _INSTALLED:
        return True
    name = release.id if isinstance(release, ast.Name) else ""
    for function in context.names.scopes.ancestors(release):
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            for decorator in function.decorator_list:
                texts = [item.value for item in ast.walk(decorator) if isinstance(item, ast.Constant)]
                if name in texts and any(str(text).startswith("3.") for text in texts):
                    return True
    return False


def _text(node: ast.Constant, value: str, context: Context) -> Iterator[Match]:
    """Judge a string that is installed from: an item of a list of requirements, or a command."""
    parent = context.names.scopes.parent(node)
    choices = magic_lines.choices_of(context)
    if _is_of_model(node, context):
        choices = replace(choices, floor="")
    # Where the value stands as it is written, its characters are those of the file.
    start = _verbatim(node, value, context)
    at = start or 0
    if isinstance(parent, (ast.List, ast.Tuple, ast.Set)) and is_installed(parent, context):
        found = list(requirement.pep_508(value, at, choices))
    elif is_one_requirement(node, parent):
        found = list(requirement.pep_508(value, at, choices))
    elif are_requirements(node, parent):
        found = [
            each for place, word in requirements_in(value) for each in requirement.pep_508(word, at + place, choices)
        ]
    elif isinstance(parent, ast.Dict) and any(key is node for key in parent.keys):
        found = list(_version(node, parent, context, choices))
        start = None
    elif isinstance(parent, ast.Call) and function_name(parent.func) in _MAGIC_CALLS:
        line = " ".join(str(item.value) for item in parent.args if isinstance(item, ast.Constant))
        found = [place for place in shell.find(line, choices, Substitutions(line)) if place.code == PIN]
        start = None
    elif writes_requirements(node, context):
        yield from _lines_of(node, value, context, choices)
        return
    elif _INSTALLATION.search(value) and _is_run(node, context):
        found = [_moved(place, at) for place in shell.find(value, choices, Substitutions(value)) if place.code == PIN]
    elif isinstance(parent, ast.Call) and INSTALLS.search(function_name(parent.func)):
        found = list(requirement.pep_508(value, at, choices))
    else:
        return
    yield from _matches(node, found[:1], start, context)


def _is_of_model(node: ast.Constant, context: Context) -> bool:
    """Return whether a requirement is one of a model that MLflow writes: what is installed by it runs the model and not this code."""
    calls = (item for item in context.names.scopes.ancestors(node) if isinstance(item, ast.Call))
    return any(context.call(call) is not None for call in calls)


def _matches(node: ast.Constant, found: list[Place], start: int | None, context: Context) -> Iterator[Match]:
    cell = context.cell(node)
    text = context.lines(cell).text
    if start is not None:
        found = list(kept_pins.judged_pins(found, text, without_comments(text), magic_lines.choices_of(context)))
    for place in found:
        if start is None or not place.edits:
            yield Match(node, place.by_hand().message, Safety.MANUAL)
            continue
        quote = text[start - 1]
        # What the shell needs quoted must not end the text of Python.
        edits = [(first, last, new.replace(quote, "'" if quote == '"' else '"')) for first, last, new in place.edits]
        yield Match(node, place.message, place.safety, tuple(ReplaceText(node, *edit) for edit in edits))


def _verbatim(node: ast.Constant, value: str, context: Context) -> int | None:
    """Return where the characters of a string start in its cell; None where it is written with escapes or in parts."""
    lines = context.lines(context.cell(node))
    start, end = lines.span(node)
    for quotes in ('"""', "'''", '"', "'"):
        if lines.text.startswith(quotes, start):
            inside = start + len(quotes), end - len(quotes)
            return inside[0] if lines.text[inside[0] : inside[1]] == value else None
    return None


def _moved(place: Place, by: int) -> Place:
    edits = tuple((first + by, last + by, new) for first, last, new in place.edits)
    return replace(place, start=place.start + by, end=place.end + by, edits=edits)


def _is_run(node: ast.expr, context: Context) -> bool:
    """Return whether a string with a command is more than what people read: a docstring, a message, what a test compares."""
    inside: ast.AST = node
    for parent in context.names.scopes.ancestors(node):
        if isinstance(parent, (ast.Compare, ast.Assert, ast.Raise, ast.Return)):
            return False
        if isinstance(parent, ast.Call) and inside is not parent.func:
            name = function_name(parent.func)
            return not (_SPOKEN.search(name) or name.endswith(("Error", "Exception", "Warning")))
        if isinstance(parent, ast.stmt):
            return isinstance(parent, (ast.Assign, ast.AnnAssign, ast.AugAssign))
        inside = parent
    return False


def _version(node: ast.Constant, parent: ast.Dict, context: Context, choices: Choices) -> Iterator[Place]:
    """Judge ``{"mlflow": "2.15.1"}``, as Metaflow takes it; the key is what is judged."""
    value = next((value for key, value in zip(parent.keys, parent.values, strict=True) if key is node), None)
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str) or not _NAME.fullmatch(str(node.value)):
        return
    if is_installed(parent, context) or are_releases(parent):
        shown = f"mlflow: {value.value}"
        yield from requirement.pin(value.value, (0, 0), (0, 0), shown, versions.poetry, choices)


def _setup(call: ast.Call, context: Context) -> Iterator[Match]:
    """Judge the lists of requirements of a call of ``setup`` in ``setup.py``."""
    choices = magic_lines.choices_of(context)
    for keyword in call.keywords:
        if keyword.arg not in SETUP_LISTS:
            continue
        value: ast.expr | None = keyword.value
        if isinstance(value, ast.Name):
            value = context.names.definition(value)
        for item in ast.walk(value) if value is not None else ():
            is_here = isinstance(item, ast.Constant) and context.names.scopes.holds(item)
            if (
                isinstance(item, ast.Constant)
                and is_here
                and isinstance(item.value, str)
                and not _is_part(item, context)
            ):
                yield from _lines_of(item, item.value, context, choices)


def _lines_of(item: ast.Constant, value: str, context: Context, choices: Choices) -> Iterator[Match]:
    start = _verbatim(item, value, context)
    at, every = start or 0, list[Place]()
    for line in value.splitlines(keepends=True):
        whole = line.rstrip()
        bare = whole.lstrip(" -")
        found = [
            *requirement.pep_508(bare, at + len(whole) - len(bare), choices),
            *(_moved(each, at) for each in requirement.urls(line)),
        ]
        at += len(line)
        every += found[:1]
    # All at once: what stands around is asked of the whole text. What is said of many lines is said of the string once.
    same: dict[tuple[str, Safety], list[Match]] = {}
    for match in _matches(item, every, start, context):
        same.setdefault((match.message, match.safety), []).append(match)
    for matches in same.values():
        yield replace(matches[0], changes=tuple(change for match in matches for change in match.changes))


RULE = Rule(
    code="MLF502",
    name="mlflow-pin",
    summary="A pin keeps MLflow 3 out.",
    why="""\
Code that was moved to MLflow 3 fails on MLflow 2: `mlflow.sklearn.log_model(model, name=...)` is a `TypeError` on 2.22.5
(`mlflow/sklearn/__init__.py` has no such parameter before 3.0). So every requirement on `mlflow` or `mlflow-skinny` that lets no
MLflow 3 in is a finding: in requirement and constraint files,
`pyproject.toml` (PEP 621, dependency groups, Poetry, uv, PDM, Hatch, Pixi), `Pipfile`, `setup.cfg`, `setup.py`, conda
environments, `python_env.yaml`, in `pip install` lines of Dockerfiles, scripts, workflows and notebooks, and images of MLflow 2
servers. Requirements that let MLflow 3 in, such as `mlflow` or `mlflow>=2.9`, are no findings.

The fix is unsafe because the environment changes: other pins of the file may not agree with MLflow 3; the next installation tells. It
takes the pin that `--mlflow-version` gives. Without one, a pin of one release gets the newest known one of the target, and a
range becomes `>=3,<4` for the target 3, `>=3.5,<4` for the target 3.5, or what the fixed code needs if that is more; for both
lines the old lower bound, 2.22 at least, with the upper bound lifted to 4. Extras, markers, comments and quotes stay.

Reported and not edited: a pin whose comment says that it is kept; a pin beside a package that extends or bounds MLflow (`azureml-mlflow`,
`sagemaker-mlflow`, `databricks-genai` and others), which must be raised with it, and what a job of Azure ML installs into one of its
environments, which bring such a package; `mlflow-skinny` alone where no tracking store is
named, because MLflow 3 then keeps runs in SQLite and `mlflow-skinny` has no SQLAlchemy
(`mlflow/tracking/_tracking_service/utils.py`); lock files, files with hashes or made by pip-compile or uv (make them anew), images, pins by
a variable, and URLs. Images need the order of the whole move: servers first, since a client of 3.x cannot log a model to a
2.22 server (404 for `/api/2.0/mlflow/logged-models`), and with a copy of the database, which 3.x changes on opening.
A Python below 3.10 is reported, too, where such a file chooses it (`python=3.8` in a conda environment, `FROM python:3.9`, `requires-python`,
`python-version` of a workflow): MLflow 3.0 and 3.1 need Python 3.9, 3.2 and later 3.10 (`Requires-Python` of the wheels), and `pip install mlflow`
without a pin takes an older release in silence. Poetry looks for releases that run on every Python of its bounds.
What lies beside an `MLmodel` file or below `mlruns` belongs to a logged model, which is served in the environment it was made in:
it is not read.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(
        masked_lines(check=_check_line, needs=(LIBRARY,)),
        calls_named("setup", check=_setup, needs=(LIBRARY,)),
        literals("mlflow", check=_check),
        constructions(ast.BinOp, check=_put_together, needs=(LIBRARY,)),
        constructions(ast.JoinedStr, check=_named_first, needs=(LIBRARY,)),
        calls_named("format", check=_put_together, needs=(LIBRARY,)),
        calls_named("installPyPI", check=_check_installed, needs=(LIBRARY,)),
    ),
    examples=EXAMPLES,
)  # fmt: skip
