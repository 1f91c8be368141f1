"""What of the project's own may have a run active while other code runs: context managers, generators and decorators around a run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.names import Instance, LocalClass, LocalFunction, LocalInstance, OwnClass, OwnFunction, OwnInstance, Value
from codemod.names.nodes import function_name
from codemod.names.scopes import Scopes

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_RUN = Instance("mlflow.ActiveRun")
_WITH = (ast.With, ast.AsyncWith)
_LOOPS = (ast.For, ast.AsyncFor)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_BORDERS = (*_FUNCTIONS, ast.ClassDef, ast.Lambda)
# A session of a session of a run.
_DEPTH = 3


def holds_run_around(node: ast.AST, context: Context, last: ast.AST | None = None) -> bool:
    """Return whether a node stands in a ``with`` or a loop of the same function that may have a run active by code of the project.

    Args:
        node: The node.
        context: The namespace.
        last: The outermost statement that is looked at; by default all around the node are.
    """
    scopes = context.names.scopes
    if not any(scopes.of(kind) for kind in (*_WITH, *_LOOPS)):
        return False  # branches may lie hundreds deep
    order, inside = scopes.order, node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, _BORDERS):
            return False
        if isinstance(ancestor, (*_WITH, *_LOOPS)) and inside in ancestor.body:
            before = [each for each in _entered(ancestor, context) if order(each) < order(node)]
            if any(_is_known_to_hold(each, context) for each in before):
                return True
        if ancestor is last:
            return False
        inside = ancestor
    return False


def holds_run(node: ast.expr, context: Context) -> bool:
    """Return whether what is entered, looped over or decorated with may have a run active meanwhile: it is of the project, and starts one."""
    return _opens(node, context, 0)


def _is_known_to_hold(node: ast.expr, context: Context) -> bool:
    known = _known(context)
    if node not in known:
        known[node] = holds_run(node, context)
    return known[node]


@once
def _known(_context: Context) -> dict[ast.AST, bool]:
    """Return what `_is_known_to_hold` has found out."""
    return {}


@once
def _on_stacks(context: Context) -> list[ast.Call]:
    """Return the calls by which a stack enters something."""
    calls = context.names.scopes.of(ast.Call)
    return [call for call in calls if function_name(call.func) in ("enter_context", "enter_async_context")]


def _entered(statement: ast.AST, context: Context) -> Iterator[ast.expr]:
    """Return what a statement enters or loops over; with a stack, what its body lets this enter."""
    if isinstance(statement, _LOOPS):
        yield statement.iter
    elif isinstance(statement, _WITH):
        yield from (item.context_expr for item in statement.items)
        for call in _on_stacks(context):
            if any(ancestor is statement for ancestor in context.names.scopes.ancestors(call)):
                yield from call.args[:1]


def _opens(node: ast.expr, context: Context, depth: int) -> bool:
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        node = source if source is not None else node
    value = context.resolve(node)
    if value == _RUN or _starts(value, context, depth):
        return True
    if not isinstance(node, ast.Call):
        return False
    if _starts(context.resolve(node.func), context, depth):
        return True
    # `enumerate(folds())` and `closing(session())` hand on what they get.
    return any(isinstance(each, ast.Call) and depth < _DEPTH and _opens(each, context, depth + 1) for each in node.args)


def _starts(value: Value, context: Context, depth: int) -> bool:
    """Return whether something of the project starts a run."""
    if isinstance(value, (LocalFunction, LocalClass, LocalInstance)):
        inside = list(ast.walk(value.node))
        if any(isinstance(item, ast.Call) and function_name(item.func) == "start_run" for item in inside):
            return True
        if isinstance(value, (LocalClass, LocalInstance)) and depth < _DEPTH:
            if any(_starts(context.resolve(base), context, depth + 1) for base in value.node.bases):
                return True
        within = (each for item in inside for each in _entered(item, context)) if depth < _DEPTH else ()
        return any(_opens(each, context, depth + 1) for each in within)
    if isinstance(value, OwnInstance):
        value = value.kind
    if isinstance(value, OwnFunction):
        path, name = value.place
    elif isinstance(value, OwnClass):
        path, name = value.path, value.name
    else:
        return False
    return bool(path) and name in context.names.elsewhere.modules.summary(path).opens


def opening_names(scopes: Scopes) -> Iterator[str]:
    """Return the functions, classes and methods (``Session.run``) of a module that start a run, by their names."""
    for call in scopes.of(ast.Call):
        if function_name(call.func) != "start_run":
            continue
        around = [item for item in scopes.ancestors(call) if isinstance(item, (*_FUNCTIONS, ast.ClassDef))][-2:]
        if around:
            yield around[-1].name
        if len(around) > 1 and isinstance(around[-1], ast.ClassDef):
            yield f"{around[-1].name}.{around[0].name}"
