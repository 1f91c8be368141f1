"""Which run is meant here, and is one active at all?"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.handed import STARTERS
from codemod.analysis.once import once
from codemod.analysis.texts import text_of
from codemod.names import Mlflow, OwnFunction
from codemod.names.flow import dominates
from codemod.names.nodes import dotted_text

if TYPE_CHECKING:
    from codemod.analysis.calls import BoundCall
    from codemod.analysis.context import Context

START_RUN = "mlflow.start_run"
_STARTS = frozenset(f"mlflow.{name}" for name in STARTERS)
_DEPTH = 12
_WITH = (ast.With, ast.AsyncWith)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: Where a function waits while other code runs.
WAITING = (ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFor, ast.AsyncWith)


def active_run_id(node: ast.AST, context: Context) -> str | None:
    """Return source for the id of the run that is active at a place.

    The variable of the ``with`` around it is taken only where it certainly still means the run that is active; MLflow's own
    answer is right everywhere.

    Returns:
        None when MLflow has no name here.
    """
    found = _with_around(node, context)
    if found is not None and not context.project.opens_runs:
        statement, name = found
        others = _enters_between(statement, node, context) or _waits_between(statement, node, context)
        if context.names.is_only(name, statement, node) and not others:
            return f"{name}.info.run_id"
    value = context.names.lookup("mlflow", node)
    return "mlflow.active_run().info.run_id" if value == Mlflow("mlflow") else None


def _enters_between(around: ast.AST, node: ast.AST, context: Context) -> bool:
    """Return whether something of which nobody knows what it starts is entered between a run's ``with`` and a place in it."""
    for ancestor in context.names.scopes.ancestors(node):
        if ancestor is around:
            return False
        if isinstance(ancestor, _WITH):
            return True
    return True


def _waits_between(around: ast.AST, node: ast.AST, context: Context) -> bool:
    """Return whether other code runs between a run's ``with`` and a place in it: what asks a generator, or another coroutine."""
    scopes = context.names.scopes
    first, last = scopes.order(around), scopes.order(node)
    waiting = (each for kind in WAITING for each in scopes.of(kind))
    return any(first < scopes.order(each) < last and scopes.scope(each) is scopes.scope(node) for each in waiting)


def has_run(node: ast.AST, context: Context) -> bool:
    """Return whether a run is certainly active at a place: a ``with`` around it, or a call before it that starts one.

    In another thread no run is active, and a function may be called where none is.
    """
    if run_around(node, context) is not None:
        return True
    scopes = context.names.scopes
    return any(
        call.path in _STARTS
        and scopes.order(call.node) < scopes.order(node)
        and scopes.scope(call.node) is scopes.scope(node)
        and dominates(scopes, scopes.statement(call.node), node)
        and not isinstance(scopes.parent(call.node), ast.withitem)
        for call in context.facts.named(*STARTERS)
    )


def _with_around(node: ast.AST, context: Context) -> tuple[ast.AST, str] | None:
    """Return the innermost ``with mlflow.start_run() as name`` of the same function, and the name."""
    around = run_around(node, context)
    runs = [item for item in around.items if starts_run(item.context_expr, context)] if around is not None else []
    name = runs[-1].optional_vars if runs else None
    return (around, name.id) if around is not None and isinstance(name, ast.Name) else None


def starts_run(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is a call of `mlflow.start_run`."""
    call = context.call(node) if isinstance(node, ast.Call) else None
    return call is not None and call.path == START_RUN


def run_around(node: ast.AST, context: Context) -> ast.With | ast.AsyncWith | None:
    """Return the ``with mlflow.start_run()`` that holds a node in the same function."""

    def ask(ancestor: ast.AST, _child: ast.AST) -> ast.AST | None:
        if isinstance(ancestor, _WITH) and any(starts_run(item.context_expr, context) for item in ancestor.items):
            return ancestor
        return ancestor if isinstance(ancestor, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)) else None

    found = context.names.scopes.first_answer(node, ask, _around(context))
    return found if isinstance(found, _WITH) else None


@once
def _around(_context: Context) -> dict[ast.AST, ast.AST | None]:
    """Return what `run_around` has found out."""
    return {}


def is_run_of(identifier: ast.expr, logged: BoundCall, info: ast.Name, context: Context) -> bool:
    """Return whether an expression is certainly the id of the run into which a call logged a model.

    Args:
        identifier: The expression, such as ``run.info.run_id``.
        logged: The call of ``log_model``.
        info: The variable that holds what the call gave.
        context: The namespace.
    """
    if logged.get("run_id") is not None or context.project.opens_runs:
        return False
    names = context.names
    for _ in range(_DEPTH):
        source = names.sole_value(identifier) if isinstance(identifier, ast.Name) else None
        if source is None:
            break
        identifier = source
    parts = dotted_text(identifier).split(".")
    if len(parts) == 2 and parts[1] == "run_id" and isinstance(identifier, ast.Attribute):
        root = identifier.value
        is_own = isinstance(root, ast.Name) and root.id == info.id and names.is_sole(root)
        return is_own and not _is_logged_again(logged, run_around(logged.node, context), context)
    if parts[1:] not in (["info", "run_id"], ["info", "run_uuid"]):
        return False
    assert isinstance(identifier, ast.Attribute)
    assert isinstance(identifier.value, ast.Attribute)
    root = identifier.value.value
    around = run_around(logged.node, context)
    # Without further items: they may start a run of their own, or keep the code behind alive after an error.
    if around is None or not isinstance(root, ast.Name) or len(around.items) != 1:
        return False
    bound = around.items[0].optional_vars
    if not isinstance(bound, ast.Name) or bound.id != root.id or not names.is_only(root.id, around, root):
        return False
    return _ends_with(around, logged.node, context) and not _is_logged_again(logged, around, context)


def _ends_with(around: ast.With | ast.AsyncWith, call: ast.Call, context: Context) -> bool:
    """Return whether a call has run whenever the ``with`` around it has ended, so that both belong to one round of a loop."""
    scopes = context.names.scopes
    if scopes.parent(scopes.statement(call)) is not around:
        return False
    left = (
        isinstance(item, (ast.Break, ast.Continue)) and scopes.order(item) < scopes.order(call)
        for item in ast.walk(around)
    )
    holders = (
        isinstance(item, _WITH) or (isinstance(item, ast.Try) and item.handlers) for item in _within(around, context)
    )
    return not any(left) and not any(holders)


def _within(node: ast.AST, context: Context) -> Iterator[ast.AST]:
    """Return what stands around a node in the same function."""
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)):
            return
        yield ancestor


def _is_logged_again(logged: BoundCall, around: ast.AST | None, context: Context) -> bool:
    """Return whether another call may log a model of the same name into the same run.

    It stands there, in a function without a run, or in a run that is taken up again; of functions of other files nobody can tell.
    """
    path = logged.get("artifact_path", "name")
    for other in context.facts.named("log_model", "autolog"):
        name = other.get("artifact_path", "name")
        same = path is None or name is None or text_of(name.value, context.names).known in (
            None,
            text_of(path.value, context.names).known,
        )  # fmt: skip
        run = run_around(other.node, context)
        if other.node is not logged.node and same and (run in (around, None) or _takes_up(run, context)):
            return True
    calls = (item for item in ast.walk(around) if isinstance(item, ast.Call)) if around is not None else ()
    return any(_is_of_file_with_mlflow(call, context) for call in calls)


def _takes_up(around: ast.With | ast.AsyncWith | None, context: Context) -> bool:
    """Return whether a ``with`` may take up a run that was there before: ``with mlflow.start_run(run_id=...)``."""
    starts = (
        (context.call(item.context_expr) for item in around.items if isinstance(item.context_expr, ast.Call))
        if around
        else ()
    )
    return any(each is not None and (each.get("run_id") is not None or each.open_kwargs is not None) for each in starts)


def _is_of_file_with_mlflow(call: ast.Call, context: Context) -> bool:
    """Return whether a call is one of a function of another file that names MLflow, and may log a model as well."""
    value = context.resolve(call.func)
    path = value.place[0] if isinstance(value, OwnFunction) else ""
    return bool(path) and context.names.elsewhere.modules.summary(path).speaks
