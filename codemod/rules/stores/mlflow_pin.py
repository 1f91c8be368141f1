"""MLF502: dependency files that keep MLflow 3 out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.dependencies import requirement, shell, versions
from codemod.dependencies.places import PIN, Choices, Place
from codemod.dependencies.variables import Variables
from codemod.findings import Safety, Severity
from codemod.names.nodes import dotted_text, function_name
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.selectors import LIBRARY, LineStatement, calls_named, literals, masked_lines
from codemod.rules.stores.mlflow_pin_examples import EXAMPLES

# The arguments, keys and variables that hold what is installed somewhere, and the functions that install it.
_REQUIREMENTS = re.compile(
    r"requirements?|dependenc(?:y|ies)|packages?|\b(?:pip|libs|libraries|deps)|_(?:pip|libs|libraries|deps)\b",
    re.IGNORECASE,
)
_INSTALLS = re.compile(r"^install$|pip_install|install_packages?|uv_pip|pip_packages", re.IGNORECASE)
# What a notebook that is exported as a script makes of a line such as `%pip install mlflow==2.9`.
_MAGIC_CALLS = ("run_line_magic", "run_cell_magic", "magic")
_NAME = re.compile(requirement.NAME, re.IGNORECASE)
_LISTS = ("install_requires", "extras_require", "tests_require", "setup_requires")


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches(node, context, shell.find, "MLF502")


def _check(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from _text(node, node.value, context)


def _text(node: ast.Constant, value: str, context: Context) -> Iterator[Match]:
    """Judge a text that is installed from: an item of a list of requirements, or a command."""
    parent = context.names.scopes.parent(node)
    choices = Choices(context.settings.target, context.target.release, context.settings.mlflow_version)
    if isinstance(parent, (ast.List, ast.Tuple, ast.Set)) and _is_installed(parent, context):
        found = list(requirement.pep_508(value, 0, choices))
    elif isinstance(parent, ast.Call) and " install " in value:
        found = [place for place in shell.find(value, choices, Variables(value)) if place.code == PIN]
    elif isinstance(parent, ast.Call) and function_name(parent.func) in _MAGIC_CALLS:
        line = " ".join(str(item.value) for item in parent.args if isinstance(item, ast.Constant))
        found = [place for place in shell.find(line, choices, Variables(line)) if place.code == PIN]
    elif isinstance(parent, ast.Dict):
        found = list(_version(node, parent, context, choices))
    elif isinstance(parent, ast.Call) and _INSTALLS.search(function_name(parent.func)):
        found = list(requirement.pep_508(value, 0, choices))
    else:
        return
    for place in found[:1]:
        yield Match(node, place.message, Safety.MANUAL)


def _version(node: ast.Constant, parent: ast.Dict, context: Context, choices: Choices) -> Iterator[Place]:
    """Judge ``{"mlflow": "2.15.1"}``, as Metaflow takes it; the key is what is judged."""
    value = next((value for key, value in zip(parent.keys, parent.values, strict=True) if key is node), None)
    if not isinstance(value, ast.Constant) or not isinstance(value.value, str) or not _NAME.fullmatch(str(node.value)):
        return
    if _is_installed(parent, context):
        shown = f"mlflow: {value.value}"
        yield from requirement.pin(value.value, (0, 0), (0, 0), shown, versions.poetry, choices)


def _is_installed(items: ast.expr, context: Context) -> bool:
    """Whether a list holds requirements, by where it stands: an argument, a key or a variable of such a name, or a command."""
    texts = [item.value for item in ast.walk(items) if isinstance(item, ast.Constant)]
    if "install" in texts:
        return True
    inside: ast.AST = items
    for parent in context.names.scopes.ancestors(items):
        if isinstance(parent, ast.keyword):
            return _REQUIREMENTS.search(parent.arg or "") is not None and not _is_of_setup(parent, context)
        if isinstance(parent, ast.Dict):
            key = next((key for key, value in zip(parent.keys, parent.values, strict=True) if value is inside), None)
            if isinstance(key, ast.Constant) and _REQUIREMENTS.search(str(key.value)):
                return True
        elif isinstance(parent, ast.Call):
            return inside is not parent.func and _INSTALLS.search(function_name(parent.func)) is not None
        elif isinstance(parent, (ast.Assign, ast.AnnAssign)):
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            names = [dotted_text(target).rpartition(".")[2] for target in targets]
            # What `setup` gets is judged where it gets it.
            return any(_REQUIREMENTS.search(name) for name in names) and not context.facts.writes("install_requires")
        elif isinstance(parent, ast.stmt):
            return False
        inside = parent
    return False


def _is_of_setup(keyword: ast.keyword, context: Context) -> bool:
    call = context.names.scopes.parent(keyword)
    return isinstance(call, ast.Call) and function_name(call.func) == "setup"


def _setup(call: ast.Call, context: Context) -> Iterator[Match]:
    """Judge the lists of requirements of a call of ``setup`` in ``setup.py``."""
    choices = Choices(context.settings.target, context.target.release, context.settings.mlflow_version)
    for keyword in call.keywords:
        if keyword.arg not in _LISTS:
            continue
        value: ast.expr | None = keyword.value
        if isinstance(value, ast.Name):
            value = context.names.definition(value)
        for item in ast.walk(value) if value is not None else ():
            if isinstance(item, ast.Constant) and isinstance(item.value, str):
                for line in item.value.splitlines():
                    places = [*requirement.pep_508(line, 0, choices), *requirement.urls(line)]
                    for place in places[:1]:
                        yield Match(item, place.message, Safety.MANUAL)


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
servers. Requirements that let MLflow 3 in, such as `mlflow` or `mlflow>=2.9`, are none.

The fix is unsafe because the environment changes: other pins of the file may not agree with MLflow 3, which the next installation
tells. It takes the pin that `--mlflow-version` gives. Without one that is `>=3,<4` for
the target 3, `>=3.5,<4` for the target 3.5, and for both lines the old lower bound, 2.22 at least, with the upper bound lifted to
4. Extras, markers, comments and quotes stay.

Reported and never edited: lock files, files with hashes or made by pip-compile or uv (make them anew), `setup.py`, lists of requirements in
code (`pip_requirements=[...]`, `packages={...}`, a conda environment as a dict: a model that MLflow 3 writes is served by MLflow 3), images, pins by
a variable, and URLs. Images need the order of the whole move: servers first, since a client of 3.x cannot log a model to a
2.22 server (404 for `/api/2.0/mlflow/logged-models`), and with a copy of the data base, which 3.x changes on opening.
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
    ),
    examples=EXAMPLES,
)  # fmt: skip
