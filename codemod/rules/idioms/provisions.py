"""Code that has made provision for a name or an argument that some MLflow lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Set

from codemod.analysis.context import Context
from codemod.analysis.endings import is_end
from codemod.names import LocalFunction, Mlflow, OwnFunction
from codemod.names.nodes import assigned_name, function_name

_IMPORT_ERRORS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}
_ABILITIES = ("hasattr", "getattr")


def falls_back(node: ast.AST, name: str, context: Context) -> bool:
    """Return whether the code copes when the name is not there.

    Args:
        node: The import or the expression that needs the name.
        name: For an import what it binds; for an attribute its name.
        context: The namespace that the node stands in.
    """
    scopes = context.names.scopes
    imports = isinstance(node, (ast.Import, ast.ImportFrom))
    child = node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, ast.Try):
            field = scopes.field(scopes.statement(child)) if child is not ancestor else ""
            others = [handler.body for handler in ancestor.handlers] if field == "body" else [ancestor.body]
            if imports and field in ("body", "handlers") and any(_binds(block, name) for block in others):
                if any(_catches(handler, _IMPORT_ERRORS) for handler in ancestor.handlers):
                    return True
            if field == "body" and any(_does_the_same(each, ancestor, imports, context) for each in ancestor.handlers):
                return True
            catching = (h for h in ancestor.handlers if not imports and _catches(h, {"AttributeError"}))
            if field == "body" and any(_does_otherwise(handler, child, context) for handler in catching):
                return True
        elif isinstance(ancestor, (ast.If, ast.IfExp)) and child is not ancestor.test:
            if _asks_for(ancestor.test, name):
                return True
        child = ancestor
    return False


def _does_the_same(handler: ast.ExceptHandler, around: ast.Try, imports: bool, context: Context) -> bool:
    """Return whether a handler gives what calls of the ``try`` get to a function of the project, or of MLflow, that may do it instead.

    Args:
        handler: The handler.
        around: The ``try``.
        imports: Whether an import needs the name; what stands behind one in the ``try`` does not run where that fails.
        context: The namespace.
    """
    has_import = any(isinstance(each, (ast.Import, ast.ImportFrom)) for each in around.body)
    # Who catches all errors need not know of this one.
    missing = _IMPORT_ERRORS - _ALL_ERRORS
    errors = missing if imports else {"AttributeError"} | (missing if has_import else set())
    if not _catches(handler, errors) or is_end(handler.body[-1], context, returns=False):
        return False
    given = {name for each in around.body for call in _calls_in(each) for name in _given(call)}
    calls = (call for each in handler.body for call in _calls_in(each) if not given.isdisjoint(_given(call)))
    return any(_may_log(call, context) for call in calls)


def _may_log(call: ast.Call, context: Context) -> bool:
    """Return whether a call is one of MLflow, or of a function of the project that hands something on to MLflow."""
    function = context.resolve(call.func)
    if isinstance(function, LocalFunction):
        return any(isinstance(context.resolve(each.func), Mlflow) for each in _calls_in(function.node))
    return isinstance(function, Mlflow) or (isinstance(function, OwnFunction) and bool(function.hands))


def _calls_in(node: ast.AST) -> Iterator[ast.Call]:
    return (each for each in ast.walk(node) if isinstance(each, ast.Call))


def _given(call: ast.Call) -> set[str]:
    """Return the variables that a call gives to a function."""
    values = (*call.args, *(keyword.value for keyword in call.keywords))
    return {each.id for each in values if isinstance(each, ast.Name)}


def _does_otherwise(handler: ast.ExceptHandler, child: ast.AST, context: Context) -> bool:
    """Return whether a handler has something else to do where a name is not there, other than to give up or to put a default in its place.

    Args:
        handler: The handler.
        child: The statement of the ``try`` that needs the name.
        context: The namespace.
    """
    if isinstance(child, ast.Expr) and not isinstance(child.value, ast.Call):
        return True  # it is only asked whether the name is there
    if not all(_gives_up(statement) for statement in handler.body):
        return True
    names = context.names
    targets = (target for item in handler.body if (target := assigned_name(item)) is not None)
    uses = [use for each in targets for use in names.uses(each)]
    return any(_is_asked(use, context) for use in uses)


def _gives_up(statement: ast.stmt) -> bool:
    """Return whether a statement raises, passes over it, or gives a plain value."""
    if isinstance(statement, (ast.Raise, ast.Pass, ast.Continue)):
        return True
    if isinstance(statement, (ast.Return, ast.Assign, ast.AnnAssign)):
        value = statement.value
        is_empty = isinstance(value, (ast.Dict, ast.List, ast.Tuple)) and not ast.unparse(value)[1:-1]
        return value is None or is_empty or isinstance(value, (ast.Constant, ast.Name))
    return isinstance(statement, ast.Expr) and isinstance(statement.value, (ast.Constant, ast.Call))


def _is_asked(use: ast.AST, context: Context) -> bool:
    """Return whether a branch depends on a value."""
    child = use
    for ancestor in context.names.scopes.ancestors(use):
        if isinstance(ancestor, (ast.If, ast.IfExp, ast.While)) and ancestor.test is child:
            return True
        if isinstance(ancestor, ast.stmt):
            return False
        child = ancestor
    return False


_ALL_ERRORS = frozenset({"Exception", "BaseException"})


def expects(node: ast.AST, errors: frozenset[str], context: Context) -> bool:
    """Return whether the code around counts on one of some errors: it catches that one, by ``except`` or a ``with``, and not all errors."""
    scopes, child = context.names.scopes, node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
            return False
        if isinstance(ancestor, ast.Try) and child in ancestor.body:
            if any(item.type is None or _catches(item, _ALL_ERRORS) for item in ancestor.handlers):
                return False
            if any(_catches(item, errors) for item in ancestor.handlers):
                return True
        elif isinstance(ancestor, (ast.With, ast.AsyncWith)) and child in ancestor.body:
            named = (item for each in ancestor.items for item in ast.walk(each.context_expr))
            if any(isinstance(item, (ast.Name, ast.Attribute)) and function_name(item) in errors for item in named):
                return True
        child = ancestor
    return False


def copes_with_type_error(node: ast.Call, context: Context) -> bool:
    """Return whether a ``TypeError`` of the call is caught by code that calls the same function in another way."""
    scopes = context.names.scopes
    child: ast.AST = node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, ast.Try) and scopes.field(scopes.statement(child)) == "body":
            for handler in ancestor.handlers:
                if _catches(handler, {"TypeError"}) and _calls(handler.body, node, context):
                    return True
        child = ancestor
    return False


def _calls(block: Iterable[ast.stmt], node: ast.Call, context: Context) -> bool:
    function = context.resolve(node.func)
    return any(
        isinstance(other, ast.Call) and context.resolve(other.func) == function
        for statement in block
        for other in ast.walk(statement)
    )


def _catches(handler: ast.ExceptHandler, errors: Set[str]) -> bool:
    if handler.type is None:
        return bool(errors & {"Exception"})
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(isinstance(kind, ast.Name) and kind.id in errors for kind in kinds)


def _binds(block: Iterable[ast.stmt], name: str) -> bool:
    """Return whether a block imports something by the name."""
    return any(
        isinstance(statement, (ast.Import, ast.ImportFrom))
        and any((a.asname or a.name) == name for a in statement.names)
        for statement in block
    )


def _asks_for(test: ast.expr, name: str) -> bool:
    return any(
        isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in _ABILITIES
        and len(call.args) > 1
        and isinstance(call.args[1], ast.Constant)
        and call.args[1].value == name
        for call in ast.walk(test)
    )
