"""MLF201: a model is not among its run's artifacts any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.peeling import peeled
from codemod.analysis.stores import is_current, sets_between
from codemod.analysis.texts import PATHS, text_of
from codemod.analysis.texts_here import text_here
from codemod.analysis.uris import Origin, root_of_uri, uri_of
from codemod.findings import Safety, Severity
from codemod.names.nodes import assigned_name, function_name
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.artifact_uris import ArtifactUri, artifact_uri, composed_uri, in_logged
from codemod.rules.idioms.listed_paths import is_listed_below_model
from codemod.rules.idioms.plain_files import every_path
from codemod.rules.idioms.stored_paths import globbed_path, stored_path
from codemod.rules.loading.model_by_artifact_uri_examples import EXAMPLES
from codemod.rules.selectors import calls, calls_named, constructions

# What leads to the artifacts of a run: its URI, or the layout of the store, in which a folder has this name. In prose, such as of images
# that show artifacts, a blank stands behind it.
_ROOTS = {"artifact_uri", *(f"artifacts{end}" for end in "/\\\"'{%")}
_UNDERLYING = "mlflow.store.artifact.runs_artifact_repo.RunsArtifactRepository.get_underlying_uri"
_READERS = ("load_model", "register_model", "download_artifacts", "load_text", "load_dict", "load_image", "load",
            "get_model_info", "get_model_dependencies", "spark_udf", "load_input_example", "evaluate", "create_model_version",
            "predict", "create_deployment", "update_deployment")  # fmt: skip
_READERS_OF_MODELS = (
    "load_model",
    "register_model",
    "download_artifacts",
    "get_model_info",
    "get_model_dependencies",
    "spark_udf",
)
_TESTS = ("exists", "isdir", "isfile")
_FILES = ("MLmodel", "model.pkl", "python_model.pkl", "requirements.txt", "conda.yaml", "python_env.yaml")
_OF_MODELS = ("MLmodel", "model.pkl", "python_model.pkl", "model.xgb")

_NOT_AMONG = (
    "a model that MLflow 3 logs is not among the artifacts of its run, where this path leads: give `runs:/<run id>/<name>` "
    "to MLflow, or the place that `client.get_logged_model(model_id).artifact_location` tells"
)


def _check(node: ast.Call | ast.BinOp | ast.JoinedStr, context: Context) -> Iterator[Match]:
    found = artifact_uri(node, context)
    if found is None:
        yield from _stored(node, context)
        return
    if _is_part(node, context):
        return  # the whole of it is judged where it ends, or where its beginning was made
    logged = in_logged(found.path, context)
    is_model = logged or (found.path is None and _is_named_alike(node, context))
    is_model = is_model or (found.path is None and is_listed_below_model(node, context))
    reads = reading_calls(node, context)
    if reads and all(function_name(read.func) == "create_model_version" for read in reads):
        return  # MLflow 3 makes no model of such a source, nor of `runs:/`: MLF202 says what does
    if not is_model and (not (reads or _is_file_of_model(found.path)) or _is_other_file(found.path)):
        return  # a path of other artifacts, which stay where they were
    if not is_model and _is_plain(found.path, context):
        return  # the code puts files there by itself
    message = _message(found)
    place = found.store.place
    is_elsewhere = place is not None and any(sets_between(place, read, context) for read in reads)
    if found.runs_uri is None or not reads or is_elsewhere:
        yield Match(node, message, Safety.MANUAL, severity=_severity(node, context))
        return
    is_found = all(_asks(read, place, context) for read in reads)
    if not is_found and (context.project.client_stores or context.project.stores):
        message += "; it asks the tracking store that is set there, and nobody can tell whether the run is in that one"
    is_safe = logged and found.sure and is_found
    yield Match(node, message, Safety.SAFE if is_safe else Safety.UNSAFE, (Replace(node, found.runs_uri),))


def _is_named_alike(node: ast.expr, context: Context) -> bool:
    """Return whether a place is asked for by the very expression that a call of `log_model` takes the model's path from."""
    call = context.call(node) if isinstance(node, ast.Call) else None
    asked = call.get("artifact_path") if call is not None else None
    if asked is None:
        return False
    names = (each.get("artifact_path", "name") for each in context.facts.named("log_model"))
    return ast.dump(asked.value) in {ast.dump(name.value) for name in names if name is not None}


def _is_plain(path: str | None, context: Context) -> bool:
    """Return whether the code logs plain files at a path, and no call logs a model of which nobody knows the name."""
    if path is None or context.project.computed:
        return False
    return any(path == place or path.startswith(f"{place}/") for place in every_path(context))


def _asks(read: ast.Call, place: ast.AST | None, context: Context) -> bool:
    """Return whether a call that reads a model finds it in the store that was the current one at a place."""
    call = context.call(read)
    return call is not None and call.get("tracking_uri") is None and is_current(place, read, context)


def _message(uri: ArtifactUri) -> str:
    what = f"`{uri.path}`" if uri.path is not None else "a model"
    where = "the run's artifacts, if this is the place of a run's" if uri.by_name else "the run's artifacts"
    found = "where the tracking store is set that its client asks" if uri.store.elsewhere else "on 2 and 3"
    return f"MLflow 3 does not keep {what} among {where}; `runs:/<run id>/<name>` finds it {found}"


def _check_read(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report a model that is read from a place below a run's artifacts that other code of the file put together."""
    argument = call.get("model_uri") or call.get("artifact_uri")
    found = composed_uri(argument.value, context) if argument is not None else None
    if (
        argument is not None
        and found is not None
        and not _is_other_file(found.path)
        and not _is_plain(found.path, context)
    ):
        yield Match(argument.value, _message(found), Safety.MANUAL)


def _is_part(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is a part of a longer path, or begins with a variable that is such a path already."""
    parent = context.names.scopes.parent(node)
    while isinstance(parent, (ast.FormattedValue, ast.List, ast.Tuple)):
        parent = context.names.scopes.parent(parent)
    is_same = isinstance(parent, ast.Call) and peeled(parent, context)[0] is node  # `str(root / "model")`
    if (
        isinstance(parent, (ast.BinOp, ast.JoinedStr, ast.Call))
        and not is_same
        and artifact_uri(parent, context) is not None
    ):
        return True
    first = text_here(node, context.names).holes[:1]
    before = artifact_uri(first[0].node, context) if first and first[0].node is not node else None
    return before is not None and in_logged(before.path, context)


def _check_longer(node: ast.AugAssign, context: Context) -> Iterator[Match]:
    """Report ``uri += "/model"``."""
    root = root_of_uri(node.target, context) if isinstance(node.target, (ast.Name, ast.Attribute)) else None
    if root is None or root.origin is not Origin.RUN_ARTIFACTS or not isinstance(node.op, (ast.Add, ast.Div)):
        return
    path = text_of(node.value, context.names).known
    if path is not None and (in_logged(path.strip("/"), context) or _is_read_later(node, path, context)):
        below = path.strip("/") or None  # after a slash alone, nobody knows what follows
        yield Match(node, _message(ArtifactUri(node.target, None, below, None, by_name=root.by_name)), Safety.MANUAL)


def _is_read_later(node: ast.AugAssign, path: str, context: Context) -> bool:
    """Return whether MLflow reads a model by a variable that a path was added to."""
    if not isinstance(node.target, ast.Name) or _is_other_file(path.strip("/")) or _is_plain(path.strip("/"), context):
        return False
    return any(reading_calls(use, context) for use in context.names.uses(node.target) if isinstance(use.ctx, ast.Load))


def _check_underlying(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report `RunsArtifactRepository.get_underlying_uri` of a logged model's path."""
    argument = call.get("runs_uri")
    path = uri_of(argument.value, context).path if argument is not None else None
    if in_logged(path, context):
        yield Match(call.node, _message(ArtifactUri(call.node, None, path, None)), Safety.MANUAL)


def _is_other_file(path: str | None) -> bool:
    """Return whether a path that nothing here logs is, by its ending, a file and none of those that a model has."""
    return path is not None and "." in path.rpartition("/")[2] and not path.endswith(_FILES)


def _is_file_of_model(path: str | None) -> bool:
    """Return whether a path ends in a file that hardly anything but a model has, in a folder of its own."""
    return path is not None and "/" in path and path.rpartition("/")[2] in _OF_MODELS


def _stored(node: ast.expr, context: Context) -> Iterator[Match]:
    """Report the place of a model that is put together from the layout of the store."""
    path = stored_path(node, context)
    parent = context.names.scopes.parent(node)
    if path is None or (isinstance(parent, ast.expr) and stored_path(parent, context) is not None):
        return
    if reading_calls(node, context, by_name=True) or in_logged(path, context) or path.endswith(_FILES):
        yield Match(node, _NOT_AMONG, Safety.MANUAL, severity=_severity(node, context))


def _check_globbed(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a search for files of models below the artifacts of runs."""
    path = globbed_path(node, context)
    if path is not None and (in_logged(path, context) or path.endswith(_FILES)):
        yield Match(node, _NOT_AMONG, Safety.MANUAL, severity=_severity(node, context))


def reading_calls(node: ast.expr, context: Context, *, by_name: bool = False) -> tuple[ast.Call, ...]:
    """Return the calls of MLflow that read a model or its files by an expression, directly or by one name.

    None are returned when something else gets it, too. With ``by_name``, functions of such a name count of which nobody knows
    more.
    """
    scopes = context.names.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.keyword):
        parent = scopes.parent(parent)
    if isinstance(parent, ast.Attribute) and isinstance(scopes.parent(parent), ast.Call):
        parent = scopes.parent(parent)  # `path.as_posix()`
    if isinstance(parent, ast.Call) and peeled(parent, context)[0] is node:
        return reading_calls(parent, context, by_name=by_name)
    if isinstance(parent, ast.Call) and parent.func is not node:
        return (parent,) if _reads(parent, context, by_name) else ()
    if (assigned := assigned_name(parent)) is not None:
        uses = [use for use in context.names.uses(assigned) if isinstance(use.ctx, ast.Load)]
        # Every use must read: the same text may also be printed, or joined with a file name.
        reads = [reading_calls(use, context, by_name=by_name) for use in uses if not _is_shown(use, context)]
        return tuple(call for calls in reads for call in calls) if all(reads) else ()
    return ()


def _reads(node: ast.Call, context: Context, by_name: bool) -> bool:
    call = context.call(node)
    if call is None:
        return by_name and function_name(node.func) in _READERS
    return call.path.rpartition(".")[2] in _READERS


def _severity(node: ast.expr, context: Context) -> Severity:
    """Return what a path to nowhere does: an error where it is opened; where it is only asked whether it is there, another answer."""
    parent = context.names.scopes.parent(node)
    is_asked = isinstance(parent, ast.Call) and parent.func is not node and function_name(parent.func) in _TESTS
    return Severity.CHANGES if is_asked or _is_shown(node, context) else Severity.BREAKS


def _is_shown(node: ast.expr, context: Context) -> bool:
    """Return whether the expression is only printed."""
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, ast.Call):
            return isinstance(ancestor.func, ast.Name) and ancestor.func.id == "print"
        if isinstance(ancestor, ast.stmt):
            return False
    return False


RULE = Rule(
    code="MLF201",
    name="model-by-artifact-uri",
    summary="A model is not among its run's artifacts; `runs:/` finds it on both.",
    why="""\
MLflow 2 logged a model as a folder of the run's artifacts. MLflow 3.0 keeps it beside the runs
(`<experiment>/models/m-<id>/artifacts`), so `get_artifact_uri("model")`, `run.info.artifact_uri + "/model"` and paths made of them lead
nowhere: `MlflowException: No such artifact`, before 3.12 `OSError: No such file or directory`. `register_model` of such a path even succeeds
and makes a version that cannot be loaded. `runs:/<run id>/model` is resolved on both: MLflow 3 looks for a model of that name in the run
(`mlflow/store/artifact/runs_artifact_repo.py`).

The fix is safe when a `log_model` in the files of the run gives that path, the URI is only read by MLflow, a run is certainly active
and nothing that may run between the run and the reading sets another tracking store, which `runs:/` asks and a path does not. Otherwise
it is unsafe: something else may have put a folder there, and where no run is active, `get_artifact_uri` starts one.

A path that the code puts together itself, such as `f"s3://bucket/1/{run_id}/artifacts/model"`, is reported: `runs:/` needs the
tracking server, which such code often does without. One that holds a run's id is not reported: that run was one of MLflow 2, and its model
stays where it is.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        calls_named("get_artifact_uri", check=_check, aliased=True),
        calls_named("glob", "iglob", "rglob", check=_check_globbed, needs=(_ROOTS,), aliased=True),
        calls_named("join", "urljoin", "format", "format_map", "joinpath", *PATHS, check=_check, needs=(_ROOTS,)),
        constructions(ast.BinOp, ast.JoinedStr, check=_check, needs=(_ROOTS,)),
        constructions(ast.AugAssign, check=_check_longer, needs=({"artifact_uri"},)),
        calls(*_READERS_OF_MODELS, check=_check_read, needs=({"artifact_uri"},)),
        calls(_UNDERLYING, check=_check_underlying),
    ),
    examples=EXAMPLES,
)
