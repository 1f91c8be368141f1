"""MLF102: characters that MLflow 3 refuses in the name of a model."""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.handed import HandedArgument, logged_by_several
from codemod.analysis.once import once
from codemod.analysis.origins import origins
from codemod.analysis.rest import rest_of
from codemod.analysis.texts import Hole, text_of
from codemod.analysis.uris import HOLE
from codemod.dependencies import model_uris, renamed_models
from codemod.dependencies.places import Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.names import OwnFunction
from codemod.names.nodes import is_none
from codemod.rewriting.edits import CallChange, NameArgument, Operation, RenameKeyword, Replace, SetValue
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.arguments import MODEL_LOG, name_from, takes_name
from codemod.rules.idioms.model_names import invalid_name, is_runs_uri, new_name, template_of, with_name
from codemod.rules.idioms.plain_files import every_path
from codemod.rules.idioms.renamed_paths import renamed_text
from codemod.rules.logging.invalid_model_name_default_examples import EXAMPLES as DEFAULTS
from codemod.rules.logging.invalid_model_name_examples import EXAMPLES
from codemod.rules.logging.model_name_template_examples import EXAMPLES as TEMPLATES
from codemod.rules.selectors import (
    LIBRARY,
    LineStatement,
    attributes,
    calls,
    calls_named,
    handed_to,
    literals,
    masked_lines,
)

_FETCHES = (
    "mlflow.artifacts.download_artifacts",
    "mlflow.artifacts.list_artifacts",
    "mlflow.MlflowClient.download_artifacts",
    "mlflow.MlflowClient.list_artifacts",
)

# What takes the URI of a model, or of what lies below a run.
_READERS = (
    "load_model", "register_model", "download_artifacts", "get_model_info", "spark_udf", "set_signature", "load_text", "load_dict",
    "load_checkpoint", "load_state_dict", "validate_serving_input", "predict", "build_docker", "create_model_version",
)  # fmt: skip

# So many ways to put a URI together are tried.
_MANY = 40
_FILES = "the code logs files there, too, which stay where they are: see which of them this reads"


def _logged(call: BoundCall, context: Context) -> Iterator[Match]:
    if not takes_name(call.path, context.target.release):
        return
    argument = call.get("artifact_path", "name")
    values = argument.values if argument is not None else ()
    invalid = next((found for value in values if (found := invalid_name(value, context)) is not None), None)
    if argument is None or invalid is None:
        return
    message = f"MLflow 3 refuses this model name: {invalid.reason}"
    new = new_name(call, context)
    template = template_of(argument.value, context) if new is None and not argument.keys else None
    if template is not None and _new_names(context).get(template.old) == template.new:
        changes = CallChange(call.node, _operations(call, argument, template.source, context))
        yield Match(argument.value, f"{message}; the fix writes `{template.source}`", Safety.UNSAFE, (changes,))
        return
    if new is None:
        yield Match(argument.value, f"{message}; give it a name without / : . % \" '", Safety.MANUAL)
        return
    if invalid.name is not None and _new_names(context).get(invalid.name) != new:
        message += f"; `{new}` would do, but another call keeps the name, and who reads which of them is not known"
        yield Match(argument.value, message, Safety.MANUAL)
        return
    quote = "'" if context.source(argument.value).startswith("'") else '"'
    changes = CallChange(call.node, _operations(call, argument, f"{quote}{new}{quote}", context))
    yield Match(argument.value, f"{message}; the fix writes `{new}`", Safety.UNSAFE, (changes,))


def _logged_by_several(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a name that one of several flavors gets, as in a loop over them."""
    found = logged_by_several(node, context.names) if context.call(node) is None else None
    invalid = (
        invalid_name(found[1], context) if found is not None and takes_name(found[0], context.target.release) else None
    )
    if found is not None and invalid is not None and not is_none(found[1]):
        message = f"MLflow 3 refuses this model name: {invalid.reason}; give it a name without / : . % \" '"
        yield Match(found[1], message, Safety.MANUAL)


def _logged_by_class(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report a name that `Model.log` refuses; a flavor of one's own passes it on, and its readers stand elsewhere."""
    argument = call.get("artifact_path", "name")
    values = argument.values if argument is not None else ()
    invalid = next((found for value in values if (found := invalid_name(value, context)) is not None), None)
    if argument is not None and invalid is not None and not is_none(argument.value):
        message = f"MLflow 3 refuses this model name: {invalid.reason}; give it a name without / : . % \" '"
        yield Match(argument.value, message, Safety.MANUAL)


def _handed(argument: HandedArgument, _call: ast.Call, context: Context) -> Iterator[Match]:
    """Report a name that a function of the project hands on to `log_model`."""
    to = argument.handed.to
    if argument.handed.argument not in ("artifact_path", "name"):
        return
    if to != MODEL_LOG and not takes_name(to, context.target.release):
        return
    invalid = invalid_name(argument.value, context)
    if invalid is not None and not is_none(argument.value):
        message = f"this becomes the name of a model in `{to}`, which MLflow 3 refuses: {invalid.reason}"
        yield Match(argument.value, f"{message}; give it a name without / : . % \" '", Safety.MANUAL)


def _operations(call: BoundCall, argument: Argument, new: str, context: Context) -> tuple[Operation, ...]:
    place: int | str = argument.index if argument.index is not None else (argument.keyword or "")
    value = SetValue(place, new)
    if context.target.both or argument.parameter == "name":
        return (value,)
    if argument.index is None:
        return (RenameKeyword("artifact_path", "name"), value)
    named = name_from(call, argument.index, context.target.release)
    return (*(named if named is not None else [NameArgument(argument.index, "name")]), value)


def _read(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    """Let a reader follow the name that a fix of this run changes, here or in another file."""
    if not is_runs_uri(node) or isinstance(context.names.scopes.parent(node), ast.JoinedStr):
        return
    whole = _whole(node, context)
    path = _path_of(whole, context)
    renamed = _renamed(path, context) if path is not None else None
    if renamed is None and (not path or HOLE in path):
        yield from _may_read(whole, context)
        return
    if path is None or renamed is None or (path == "" and not _is_read(whole, context)):
        return
    old, new = renamed
    changed = _changed(context.source(whole), path, old, new)
    what, now = (name.replace(HOLE, "…") for name in renamed)
    message = f"the model {f'`{what}`' if what else 'without a name'} that this URI reads is called `{now}` after the migration"
    if not _is_read(whole, context) and _has_files(path, context):
        yield Match(whole, f"{message}; {_FILES}", Safety.MANUAL)
    elif changed is not None:
        yield Match(whole, message, Safety.UNSAFE, (Replace(whole, changed),))
    else:
        yield Match(whole, message, Safety.MANUAL)


def _may_read(node: ast.expr, context: Context) -> Iterator[Match]:
    """Report a URI that reads a renamed model by one of the values that a variable, an item or a function may give."""
    if not context.project.renamed:
        return
    choices = [
        [part] if isinstance(part, str) else [HOLE, *_known(part, context)]
        for part in text_of(node, context.names).parts
    ]
    for parts in itertools.islice(itertools.product(*choices), _MANY):
        path = _below_run("".join(parts))
        renamed = _renamed(path, context) if path and HOLE not in path else None
        if renamed is not None:
            old, new = renamed
            message = f"the model `{old}`, which this URI may read, is called `{new}` after the migration"
            yield Match(node, message, Safety.MANUAL)
            return


def _known(hole: Hole, context: Context) -> list[str]:
    """Return the strings that may stand at a place, with `HOLE` for what only the running program knows of them."""
    texts = [text_of(source, context.names) for source in origins(hole.node, context)] if not hole.form else []
    return [text.filled(HOLE) for text in texts if text.fixed]


def _joined(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a reader whose URI is joined: ``"/".join(["runs:", run_id, "models/line"])``, also of all that a function gets."""
    if isinstance(context.resolve(node.func), OwnFunction):
        return  # `_given` tells
    every = (node, *origins(node, context)) if rest_of(node, context.names) is not None else (node,)
    for each in every:
        text = text_of(each, context.names)
        path = _path_of(each, context) if text.start.startswith("runs:/") else None
        renamed = _renamed(path, context) if path else None
        if renamed is not None:
            what, now = (name.replace(HOLE, "…") for name in renamed)
            message = f"the model `{what}` that this URI reads is called `{now}` after the migration"
            yield Match(node, message, Safety.MANUAL)
            return


def _given(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report a reader whose URI a function of another file makes: ``load_model(uri(run_id, "model"))``."""
    argument = call.get("model_uri", "artifact_uri", "source")
    made = argument.value if argument is not None else None
    if not context.project.renamed or not isinstance(made, ast.Call):
        return
    texts = [each for each in ast.walk(made) if isinstance(each, ast.Constant)]
    if any(renamed_text(each, context) is not None for each in texts):
        return  # `_spelled` tells
    text = text_of(made, context.names)
    if isinstance(context.resolve(made.func), OwnFunction) and text.start.startswith("runs:/"):
        yield from _may_read(made, context)


def _spelled(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    """Report a string that is the path of a renamed model and goes where nobody sees what reads it."""
    found = renamed_text(node, context) if isinstance(node, ast.Constant) else None
    if found is not None:
        old, new = found
        message = f"the model `{old}` is called `{new}` after the migration: if this names it, change it with the code"
        yield Match(node, message, Safety.MANUAL)


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, _in_line, "MLF102")


def _in_line(text: str, choices: Choices, _: Substitutions) -> Iterator[Place]:
    found = [*model_uris.find(text, choices)]
    yield from (*found, *renamed_models.find(text, choices, found))


def _has_files(path: str, context: Context) -> bool:
    """Return whether the code logs plain files at a path, around it or below it: they stay where they are."""
    return any(
        f"{path}/".startswith(f"{place}/") or place.startswith(f"{path}/") for place in every_path(context) if place
    )


def _changed(source: str, path: str, old: str, new: str) -> str | None:
    """Return the source of a URI with the new name in it."""
    if not path:
        end = source[-1]
        return f"{source[:-1].rstrip('/')}/{new}{end}" if end in "\"'" else None
    if HOLE in old:
        return with_name(source, old, new)
    place = source.rfind(f"/{path}") + 1
    if not place or source.count(path) != 1:
        return None
    return f"{source[:place]}{new}{source[place + len(old) :]}"


def _whole(node: ast.expr, context: Context) -> ast.expr:
    """Return the text that a URI's beginning is a part of: ``"runs:/" + run_id + "/model"``."""
    scopes = context.names.scopes
    while True:
        parent = scopes.parent(node)
        call = scopes.parent(parent) if isinstance(parent, ast.Attribute) and parent.attr == "format" else None
        if isinstance(call, ast.Call) and call.func is parent:
            return call  # `"runs:/{}/{}".format(run_id, name)`
        if (
            not isinstance(parent, ast.BinOp)
            or not isinstance(parent.op, (ast.Add, ast.Mod))
            or parent.left is not node
        ):
            return node
        node = parent


def _is_read(node: ast.expr, context: Context) -> bool:
    """Return whether a URI is given to a function of MLflow that takes a model."""
    scopes = context.names.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.keyword):
        parent = scopes.parent(parent)
    call = context.call(parent) if isinstance(parent, ast.Call) else None
    return call is not None and call.get("model_uri") is not None


def _root(node: ast.Call | ast.Attribute, context: Context) -> Iterator[Match]:
    """Report a model that is read from the root of a run's artifacts, where MLflow 2 put one without a name."""
    if "" not in context.project.logged or not _is_read(node, context):
        return
    call = context.call(node) if isinstance(node, ast.Call) else None
    if call is not None and call.get("artifact_path") is not None:
        return
    message = "MLflow 3 puts no model into the root of a run's artifacts; `runs:/<run id>/<name>` finds it by its name"
    yield Match(node, message, Safety.MANUAL)


def _root_of_call(call: BoundCall, context: Context) -> Iterator[Match]:
    yield from _root(call.node, context)


def _path_of(node: ast.expr, context: Context) -> str | None:
    """Return what stands behind the run's id in ``runs:/<id>/<path>``, with `HOLE` for what the code does not show.

    Returns:
        None when the whole rest is unknown, or the run is a certain one: it was made before, and keeps its names.
    """
    return _below_run(text_of(node, context.names).filled(HOLE))


def _below_run(shown: str) -> str | None:
    run, _, path = shown.removeprefix("runs:/").partition("/")
    return (
        None
        if (path.startswith(HOLE) and path.strip(HOLE) == "" and path) or re.fullmatch("[0-9a-f]{32}", run)
        else path
    )


@once
def _new_names(context: Context) -> dict[str, str]:
    return dict(context.project.renamed)


@once
def _templates(context: Context) -> list[tuple[str, str]]:
    return [(old, new) for old, new in context.project.renamed if HOLE in old]


def _renamed(path: str, context: Context) -> tuple[str, str] | None:
    """Return the old and the new name of the model at a path, or around it, when this run gives it another name."""
    every, end = _new_names(context), len(path)
    if path in every:
        return path, every[path]
    while (end := path.rfind("/", 0, end)) > 0:
        if path[:end] in every:
            return path[:end], every[path[:end]]
    if path in context.project.logged or HOLE in path:
        return None
    for old, new in _templates(context):
        parts = [re.escape(part) for part in old.split(HOLE)]
        found = re.fullmatch("([^/]+)".join(parts), path) if len(parts) > 1 else None
        if found is not None:
            values = iter(found.groups())
            return path, "".join(next(values) if part == HOLE else part for part in re.split(f"({HOLE})", new))
    return None


def _fetched(call: BoundCall, context: Context) -> Iterator[Match]:
    """Let a call that names the path below a run follow, such as ``download_artifacts(run_id=i, artifact_path="models/line")``."""
    argument = call.get("artifact_path", "path")
    path = text_of(argument.value, context.names).known if argument is not None else None
    renamed = _renamed(path, context) if path is not None else None
    if argument is None or path is None or renamed is None:
        return
    old, new = renamed
    message = f"the model `{old}` that this reads is called `{new}` after the migration"
    if not isinstance(argument.value, ast.Constant) or argument.keys:
        yield Match(call.node, message, Safety.MANUAL)
        return
    if _has_files(path, context):
        yield Match(call.node, f"{message}; {_FILES}", Safety.MANUAL)
        return
    quote = context.source(argument.value)[-1]
    yield Match(call.node, message, Safety.UNSAFE, (Replace(argument.value, f"{quote}{new}{path[len(old) :]}{quote}"),))


RULE = Rule(
    code="MLF102",
    name="invalid-model-name",
    summary="MLflow 3 refuses model names that hold / : . % \" ' or are empty.",
    why="""\
In MLflow 2 the value was a path below the run's artifacts, so `models/forest` and `v1.2` were fine. In MLflow 3 it is the name of
a LoggedModel and must be a non-empty string without `/`, `:`, `.`, `%`, `"` and `'`; anything else ends in
`MlflowException: Invalid model name (...) provided` whether it comes as `artifact_path` or as `name` (since 3.0,
`_validate_logged_model_name` in `mlflow/utils/validation.py`). An `int` or a `Path` is a `TypeError`.

The fix replaces each run of refused characters by `-`, also between values (`f"models/{kind}"`), and the `runs:/…/<old name>` readers
in all files of the run follow. A model without a name takes its registered name, or that of its flavor. It is unsafe, because other
jobs and people may read the model by its old path. A name that the code reads from a file of settings, the environment or the command
line is reported where it is set, by the key under which the code reads it. The readers also follow `--name-from registered`.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(
        calls("log_model", "log_explainer", check=_logged),
        calls_named("log_model", check=_logged_by_several, aliased=True),
        calls(MODEL_LOG, check=_logged_by_class),
        handed_to("log_model", "log_explainer", "log", check=_handed),
        literals("runs:/", check=_read),
        literals("/", check=_spelled, needs=({"mlflow"},)),
        calls(*_READERS, check=_given),
        calls_named("join", check=_joined, needs=({f"runs:{end}" for end in "/\\\"'"},)),
        calls(*_FETCHES, check=_fetched),
        masked_lines(check=_check_line, needs=(LIBRARY, {"/"})),
        calls("mlflow.get_artifact_uri", check=_root_of_call),
        attributes("artifact_uri", check=_root),
    ),
    examples=(*EXAMPLES, *TEMPLATES, *DEFAULTS),
)
