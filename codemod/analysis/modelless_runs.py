"""Which runs have certainly no model of MLflow 3?"""

from __future__ import annotations

import ast
import builtins
import re
from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from codemod.analysis.texts import text_of
from codemod.names import Foreign, Instance, LocalClass, LocalFunction, Mlflow, OwnClass, OwnFunction
from codemod.names.nodes import assigned_name, dotted_text

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_CREATE_RUN = "mlflow.MlflowClient.create_run"
_START_RUN = "mlflow.start_run"
_MAKING = (_CREATE_RUN, _START_RUN)
_IDENTIFIER = re.compile(r"[0-9a-f]{32}")
# What logs models into the run that is active.
_LOGGING = (
    "log_model",
    "log_explainer",
    "evaluate",
    "autolog",
    "save_checkpoint",
    "log_outputs",
    "create_logged_model",
)
_IDS = (["info", "run_id"], ["info", "run_uuid"])
# What takes a run's id and makes it active nowhere.
_OF_CLIENTS = ("mlflow.MlflowClient.", "mlflow.artifacts.", "mlflow.get_run")
_OF_PROJECT = (LocalClass, LocalFunction, OwnClass, OwnFunction)
_SHOWING = ("print", "str", "len", "repr", "isinstance", "type", "bool")
# So many names a run's id may have, one after the other.
_DEPTH = 3


def has_no_model(identifier: ast.expr, context: Context) -> bool:
    """Return whether the run of an id has certainly no model of MLflow 3.

    It was made before, because its id stands in the code, or it is one that the code starts, or makes by a client, and logs no model into.
    """
    if _IDENTIFIER.fullmatch(text_of(identifier, context.names).known or ""):
        return True
    root = _run_of(identifier, context)
    if root is None:
        return False
    around = next(
        (item for item in context.names.scopes.of(ast.With) if context.names.is_only(root.id, item, root)), None
    )
    return logs_no_model(around, context) if around is not None else _is_never_active(root, identifier, context)


def _run_of(identifier: ast.expr, context: Context) -> ast.Name | None:
    """Return the variable that holds the run of an id."""
    for _ in range(_DEPTH):
        if not isinstance(identifier, ast.Name):
            break
        source = context.names.definition(identifier)
        if source is None:
            return None
        identifier = source
    parts = dotted_text(identifier).split(".")
    while isinstance(identifier, ast.Attribute):
        identifier = identifier.value
    return identifier if parts[1:] in _IDS and isinstance(identifier, ast.Name) else None


def takes_up_runs(context: Context) -> bool:
    """Return whether the code makes a run the active one of which nobody sees which one it is: found by a search, named by a command line."""
    given = (call.get("run_id") for call in context.facts.called(_START_RUN))
    return any(argument is not None and not _is_seen(argument.value, context) for argument in given)


def _is_seen(identifier: ast.expr, context: Context) -> bool:
    """Return whether the code shows which run an id means: one that it makes or starts itself, or none."""
    if isinstance(identifier, ast.Constant):
        return True
    run = _run_of(identifier, context)
    made = context.names.definition(run) if run is not None else None
    call = context.call(made) if isinstance(made, ast.Call) else None
    is_started = run is not None and made is None and isinstance(context.resolve(run), Instance)
    return is_started or (call is not None and call.path in _MAKING)


def logs_no_model(around: ast.With | ast.AsyncWith, context: Context) -> bool:
    """Return whether a ``with`` starts a new run and everything that is called in it is seen to log no model."""
    if context.project.autologs or context.facts.autologs or context.project.opens_runs:
        return False
    given = [item.context_expr for item in around.items]
    if (
        len(given) != 1
        or not isinstance(given[0], ast.Call)
        or any(key.arg in (None, "run_id") for key in given[0].keywords)
    ):
        return False
    calls = (item for statement in around.body for item in ast.walk(statement) if isinstance(item, ast.Call))
    return not given[0].args and all(_logs_nothing(call, context) for call in calls)


def _logs_nothing(call: ast.Call, context: Context) -> bool:
    value = context.resolve(call.func)
    if isinstance(value, Mlflow):
        return value.path.rpartition(".")[2] not in _LOGGING
    is_builtin = isinstance(call.func, ast.Name) and hasattr(builtins, call.func.id)
    is_method = isinstance(call.func, ast.Attribute) and isinstance(call.func.value, (ast.Constant, ast.JoinedStr))
    return isinstance(value, Foreign) or is_method or is_builtin


def _is_never_active(run: ast.Name, asked: ast.expr, context: Context) -> bool:
    """Return whether a client has made a run that the code makes the active one nowhere, and hands to no other code.

    Models are logged into the active run, and by functions of the project.
    """
    made = context.names.definition(run)
    call = context.call(made) if isinstance(made, ast.Call) else None
    if context.project.resumes_runs and not (call is not None and _is_at_once(call.node, asked, context)):
        return False  # who takes a run up may have found this one, by a search or an id of the command line
    is_made = call is not None and call.path == _CREATE_RUN and not is_read_elsewhere(run, context)
    return is_made and _is_only_asked(run, context, _DEPTH)


def _is_at_once(made: ast.Call, asked: ast.expr, context: Context) -> bool:
    """Return whether no code of the project is called between the making of a run and a question about it."""
    scopes = context.names.scopes
    scope = scopes.scope(made)
    if scopes.scope(scopes.statement(asked)) is not scope:
        return False
    first, last = scopes.order(made), scopes.order(asked)
    calls = scopes.of(ast.Call)
    between = calls[bisect_right(calls, first, key=scopes.order) : bisect_left(calls, last, key=scopes.order)]
    return not any(
        scopes.scope(call) is scope and isinstance(context.resolve(call.func), _OF_PROJECT) for call in between
    )


def is_read_elsewhere(variable: ast.Name, context: Context) -> bool:
    """Return whether other code may read a variable: one of a class, whoever has the class, or one that another file takes from the module."""
    scopes = context.names.scopes
    scope = scopes.scope(variable)
    if isinstance(scope.node, ast.ClassDef):
        return True
    return scope is scopes.module and bool(context.read_elsewhere(variable.id, variable))


def _is_only_asked(name: ast.Name, context: Context, depth: int) -> bool:
    """Return whether nothing gets a variable but functions of MLflow that log no model, and what only shows or compares it."""
    loads = (use for use in context.names.uses(name) if isinstance(use.ctx, ast.Load))
    return all(_is_asked(use, context, depth) for use in loads)


def _only_asks(call: ast.Call, context: Context) -> bool:
    """Return whether a call is one of a client, or of a function of artifacts, or only shows what it gets."""
    if isinstance(call.func, ast.Name) and call.func.id in _SHOWING:
        return not context.names.is_bound(call.func.id, call)
    value = context.resolve(call.func)
    return isinstance(value, Mlflow) and value.path.startswith(_OF_CLIENTS) and _logs_nothing(call, context)


def _is_asked(node: ast.expr, context: Context, depth: int) -> bool:
    inner: ast.AST = node
    parent = context.names.scopes.parent(node)
    while isinstance(
        parent, (ast.Attribute, ast.keyword, ast.Compare, ast.FormattedValue, ast.JoinedStr, ast.BoolOp, ast.UnaryOp)
    ):
        inner, parent = parent, context.names.scopes.parent(parent)
    if isinstance(parent, ast.Call) and parent.func is not inner:
        return _only_asks(parent, context)
    if (assigned := assigned_name(parent)) is not None:
        return depth > 0 and not is_read_elsewhere(assigned, context) and _is_only_asked(assigned, context, depth - 1)
    return isinstance(parent, (ast.Expr, ast.Assert, ast.If, ast.While))
