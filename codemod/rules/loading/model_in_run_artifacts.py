"""MLF204: looking through a run's artifacts for models finds none."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.modelless_runs import has_no_model
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.analysis.uris import HOLE, Origin, root_of_uri, uri_of
from codemod.dependencies import artifact_requests
from codemod.dependencies.places import ARTIFACTS, Choices, Place
from codemod.dependencies.variables import Substitutions
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.names.nodes import function_name, is_none
from codemod.rules.base import Match, Rule
from codemod.rules.idioms import magic_lines
from codemod.rules.idioms.artifact_uris import in_logged
from codemod.rules.idioms.asked_listings import asks_for_no_model
from codemod.rules.idioms.deleted_artifacts import deletes_each
from codemod.rules.idioms.filled_lists import APPENDING
from codemod.rules.idioms.local_models import UNKNOWN, leads
from codemod.rules.idioms.started_commands import STARTS, command, is_expected
from codemod.rules.loading.model_in_run_artifacts_examples import EXAMPLES
from codemod.rules.loading.model_in_run_artifacts_question_examples import EXAMPLES as OF_QUESTIONS
from codemod.rules.loading.model_in_run_artifacts_walk_examples import EXAMPLES as OF_WALKS
from codemod.rules.selectors import (
    LIBRARY,
    LineStatement,
    attributes,
    calls,
    calls_named,
    constructions,
    literals,
    masked_lines,
    plain_names,
)
from codemod.settings import Project

_LISTS = ("mlflow.MlflowClient.list_artifacts", "mlflow.artifacts.list_artifacts")
_DOWNLOADS = ("mlflow.MlflowClient.download_artifacts", "mlflow.artifacts.download_artifacts")
_HISTORY = "mlflow.log-model.history"
_CONSTANT = "MLFLOW_LOGGED_MODELS"
_WRITES = ("record_logged_model", "_record_logged_model")
_LOADS = ("load_model", "register_model", "get_model_info", "spark_udf")
_REMOVES = ("rmtree", "delete_artifacts", "rm")
_FOLDERS = ("list_artifacts", "listdir", "scandir", "walk", "iterdir", "glob", "rglob", *_REMOVES)
_OF_REPOSITORY = ("delete_artifacts", "list_artifacts")
_LEAVES = "this removes the other artifacts of the run and leaves its models; `client.delete_logged_model` removes one"
# A path below a variable in a shell line of a notebook.
_VARIABLE = re.compile(
    r"(?:\{(?P<name>[A-Za-z_]\w{0,99})\}|\$(?P<plain>[A-Za-z_]\w{0,99}))/(?P<path>[^\s\"',;|&>)]{1,400})"
)
_ASKED = re.compile(r"[?&]path=(?P<path>[^&]*)")


def _check_tag(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.Constant) and _HISTORY in str(node.value) and not _is_prose(node, context):
        yield from _tag(node, context)


def _check_constant(node: ast.Name | ast.Attribute, context: Context) -> Iterator[Match]:
    value = context.resolve(node)
    if isinstance(value, Mlflow) and value.path == f"mlflow.utils.mlflow_tags.{_CONSTANT}":
        yield from _tag(node, context)


def _tag(node: ast.expr, context: Context) -> Iterator[Match]:
    """Report a place that reads the tag; not where the code writes it itself, as `record_logged_model` still does."""
    if _is_written(node, context) or any(
        function_name(item.func) in _WRITES for item in context.names.scopes.of(ast.Call)
    ):
        return
    yield Match(
        node,
        f"MLflow 3 does not write the tag `{_HISTORY}`; use `run.outputs.model_outputs` or `mlflow.search_logged_models`",
        Safety.MANUAL,
        severity=Severity.BREAKS if _is_required(node, context) else Severity.CHANGES,
    )


def _is_required(node: ast.expr, context: Context) -> bool:
    """Return whether the code fails without the tag: it takes it by subscript."""
    parent = context.names.scopes.parent(node)
    return isinstance(parent, ast.Subscript) and parent.slice is node and isinstance(parent.ctx, ast.Load)


def _is_prose(node: ast.Constant, context: Context) -> bool:
    return isinstance(context.names.scopes.parent(node), ast.Expr)


def _is_written(node: ast.expr, context: Context) -> bool:
    """Return whether the tag is set here: by ``set_tag(name, value)``, or as a key of the tags of a new run."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.Call):
        return function_name(parent.func) in ("set_tag", "RunTag") and node in parent.args
    return isinstance(parent, ast.Subscript) and isinstance(parent.ctx, ast.Store)


# What says where a listing or a download looks.
_PLACES = ("artifact_uri", "path", "artifact_path")


def _check_call(call: BoundCall, context: Context) -> Iterator[Match]:
    uri = call.get("artifact_uri")
    run = call.get("run_id")
    if call.makes_partial or not call.bound.isdisjoint(_PLACES):
        return  # where it looks stands in another place
    if run is not None and has_no_model(run.value, context):
        return  # it has none, or keeps those of MLflow 2 where they were
    argument = call.get("path", "artifact_path")
    if uri is not None:
        known = _root_of_run(uri.value, context)
    else:
        known = _path(argument.value, context) if argument is not None else ""
    if known == "" and call.path in _LISTS and deletes_each(call.node, context):
        yield Match(call.node, f"MLflow 3 keeps models beside the run's artifacts: {_LEAVES}", Safety.MANUAL)
    elif (
        known == ""
        and _holds_models(context, _is_chosen(call.node, context))
        and not asks_for_no_model(call.node, context)
    ):
        what = "lists" if call.path in _LISTS else "downloads"
        yield Match(
            call.node,
            f"the root of a run's artifacts holds no models in MLflow 3: this {what} the other artifacts only; name the model's "
            "path, or use `mlflow.search_logged_models`",
            Safety.MANUAL,
        )
    elif known and call.path in _LISTS and _is_folder_of_models(known, context):
        yield Match(
            call.node,
            f"`{known}` is no folder of models in MLflow 3: this lists the other artifacts only; name the model's path, or use "
            "`mlflow.search_logged_models`",
            Safety.MANUAL,
        )
    elif known is not None and known.endswith("/model.pkl") and context.settings.sklearn_format == "skops":
        message = "a model in the skops format has `model.skops` instead of `model.pkl`"
        yield Match(call.node, message, Safety.MANUAL, severity=Severity.BREAKS)


def _is_folder_of_models(path: str, context: Context) -> bool:
    """Return whether models of the project were logged below a path: ``models`` of ``f"models/{kind}"``."""
    names = {*context.project.logged, *(old for old, _ in context.project.renamed)}
    return any(name.startswith(f"{path.strip('/')}/") for name in names)


def _root_of_run(node: ast.expr, context: Context) -> str | None:
    """Return "" for the URI of the root of a run's artifacts, its path for one below it; None for anything else."""
    uri = uri_of(node, context)
    if uri.root is not None:
        return uri.path if uri.root.origin is Origin.RUN_ARTIFACTS else None
    return uri.path if uri.run is not None else None


def _holds_models(context: Context, is_chosen: bool) -> bool:
    """Return whether runs have models, as far as the code shows: it logs some, looks for their file, or loads what it has found."""
    project = context.project
    if project.logged or project.computed:
        return True
    # Models that the code saves and puts into the run as folders are among its artifacts on both.
    if not project.autologs and _puts_saved_models(project):
        return False
    return is_chosen or context.facts.writes("MLmodel")


def _puts_saved_models(project: Project) -> bool:
    """Return whether the code puts folders into runs in which it saves models, or to which it downloads some, as far as that is seen."""
    saved, logged = project.local_models, project.logged_folders
    if UNKNOWN in saved or UNKNOWN in logged:
        return bool(saved and logged)
    return any(leads(one, other) or leads(other, one) for one in saved for other in logged)


def _is_chosen(node: ast.Call, context: Context) -> bool:
    """Return whether the code chooses from a list of artifacts in the function in which it loads a model, or in one that this calls."""
    around = _function(node, context)
    calls = context.facts.callers.get(around, ()) if around is not None else ()
    choosing = [around, *(_function(call, context) for call in calls)]
    return any(_function(call.node, context) in choosing for call in context.facts.named(*_LOADS))


def _function(node: ast.AST, context: Context) -> ast.AST | None:
    ancestors = context.names.scopes.ancestors(node)
    return next((item for item in ancestors if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))), None)


def _check_folder(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report code that lists or removes the artifacts of a run where they are stored."""
    name, function = function_name(node.func), node.func
    places = [*node.args[:1], *([function.value] if isinstance(function, ast.Attribute) else [])]
    for place in places:
        uri = uri_of(_repository_of(place, context), context)
        if uri.root is None or uri.root.origin is not Origin.RUN_ARTIFACTS or uri.is_below:
            continue
        if place not in node.args[:1] and name in _OF_REPOSITORY and node.args and not is_none(node.args[0]):
            if not in_logged(text_of(node.args[0], context.names).known, context):
                continue  # one of them
        # What removes all artifacts need not know what they are.
        if name not in _REMOVES and not _holds_models(context, is_chosen=False):
            continue
        does = _LEAVES if name in _REMOVES else "this lists no models; `mlflow.search_logged_models` finds them"
        whose = "; if this is the place of a run's artifacts, " if uri.root.by_name else ": "
        yield Match(node, f"MLflow 3 keeps models beside the run's artifacts{whose}{does}", Safety.MANUAL)
        return


def _repository_of(node: ast.expr, context: Context) -> ast.expr:
    """Return the URI of a repository of artifacts; what was given for anything else."""
    for source in origins(node, context):
        if isinstance(source, ast.Call) and function_name(source.func) == "get_artifact_repository" and source.args:
            return source.args[0]
    return node


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    def find(text: str, choices: Choices, _variables: Substitutions) -> Iterator[Place]:
        choices = replace(choices, logged=context.project.logged, logs_computed=context.project.computed)
        yield from artifact_requests.find(text, choices)
        yield from _of_variables(text, node, context, choices)

    yield from magic_lines.matches_of_line(node, context, find, "MLF204")


def _of_variables(text: str, node: LineStatement, context: Context, choices: Choices) -> Iterator[Place]:
    """Find the paths of models below a variable of the code that holds the root of a run's artifacts: ``!ls {uri}/model``."""
    scopes = context.names.scopes
    for found in _VARIABLE.finditer(text):
        bindings = scopes.module.bindings.get(found["name"] or found["plain"], ())
        before = [each for each in bindings if each.order < scopes.order(node) and each.source is not None]
        source = before[-1].source if before and before[-1].kind == "value" else None
        root = root_of_uri(source, context) if source is not None else None
        if root is not None and root.origin is Origin.RUN_ARTIFACTS:
            if artifact_requests.is_of_model(found["path"].rstrip("/"), choices):
                yield Place(ARTIFACTS, *found.span(), artifact_requests.MOVED)


def _check_command(node: ast.Call | ast.List | ast.Tuple, context: Context) -> Iterator[Match]:
    line = command(node, context)
    if line is not None and not is_expected(node, context):
        for place in artifact_requests.find(line, magic_lines.choices_of(context)):
            yield Match(node, place.message, Safety.MANUAL)


def _check_endpoint(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    """Report requests over HTTP that ask for the artifacts of a run."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, (ast.JoinedStr, ast.Expr)):
        return
    text = text_of(node, context.names)
    if artifact_requests.ENDPOINT.search(text.fixed) is None:
        return
    asked = _ASKED.search(text.filled(HOLE))
    path = asked["path"] if asked is not None else None
    if path is not None and HOLE not in path and context.project.logged and not in_logged(path, context):
        return
    yield Match(
        node,
        "this endpoint of an MLflow 3 server knows no models, only the other artifacts of a run; "
        "`mlflow.artifacts.list_artifacts` and `download_artifacts` with `runs:/<run id>/<name>` find them",
        Safety.MANUAL,
    )


def _path(node: ast.expr, context: Context) -> str | None:
    """Return the path that an argument says; "" for the root, None when it is known only at run time."""
    if isinstance(node, ast.Constant) and node.value is None:
        return ""
    default = context.names.default(node) if isinstance(node, ast.Name) else None
    if isinstance(default, ast.Constant) and default.value in (None, ""):
        return ""  # functions that walk through all folders begin there
    return text_of(node, context.names).known


RULE = Rule(
    code="MLF204",
    name="model-in-run-artifacts",
    summary="Looking through a run's artifacts for models finds none.",
    why="""\
MLflow 3.0 keeps models beside the runs, so `list_artifacts(run_id)` and a download of the whole root hold the run's other artifacts only.
`list_artifacts(run_id, "model")` still works: MLflow looks for a model of that name (`mlflow/tracking/client.py`,
`mlflow/store/artifact/runs_artifact_repo.py`). The command `mlflow artifacts list` does not look there, with or without a path
(`mlflow/store/artifact/cli.py`), and neither do the server's endpoints, such as `/get-artifact`; `mlflow artifacts download` with a path does.
The run tag `mlflow.log-model.history` is not written any more (`Model.log` in
`mlflow/models/model.py`); `run.outputs.model_outputs` and `mlflow.search_logged_models` say what a run logged.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    on=(
        calls(*_LISTS, *_DOWNLOADS, check=_check_call),
        literals(_HISTORY, check=_check_tag),
        plain_names(_CONSTANT, check=_check_constant),
        attributes(_CONSTANT, check=_check_constant),
        calls_named(*_FOLDERS, check=_check_folder, needs=({"artifact_uri"},)),
        literals("artifacts/list", "get-artifact", check=_check_endpoint),
        masked_lines(check=_check_line, needs=(LIBRARY | {"get-artifact"}, {"artifact"})),
        calls_named(*STARTS, *APPENDING, check=_check_command, needs=(LIBRARY, {"artifacts"})),
        constructions(ast.List, ast.Tuple, check=_check_command, needs=(LIBRARY, {"artifacts"})),
    ),
    examples=(*EXAMPLES, *OF_QUESTIONS, *OF_WALKS),
)
