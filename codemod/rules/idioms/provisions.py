"""Code that has made provision for a name or an argument that some MLflow lacks."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Set

from codemod.analysis.context import Context
from codemod.names.nodes import function_name

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
            if not imports and field == "body" and any(_catches(h, {"AttributeError"}) for h in ancestor.handlers):
                return True
        elif isinstance(ancestor, (ast.If, ast.IfExp)) and child is not ancestor.test:
            if _asks_for(ancestor.test, name):
                return True
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
