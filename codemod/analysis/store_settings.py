"""Where the code sets the tracking store by the environment."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.names.nodes import dotted_text, function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_VARIABLE = "MLFLOW_TRACKING_URI"
_CHANGING = ("update", "setdefault", "pop", "clear", "popitem")


@once
def environment_settings(context: Context) -> frozenset[ast.AST]:
    """Return the calls and assignments that set the store by the environment, or may."""
    scopes = context.names.scopes
    nodes = (node for kind in (ast.Assign, ast.AnnAssign, ast.Delete, ast.Call) for node in scopes.of(kind))
    return frozenset(node for node in nodes if _sets_environment(node, context))


def _sets_environment(node: ast.AST, context: Context) -> bool:
    known = context.facts.variables_set(node)
    if known:
        return _VARIABLE in known
    if isinstance(node, ast.Call):
        function = node.func
        if not isinstance(function, ast.Attribute) or function.attr not in _CHANGING:
            return False
        return _is_environment(function.value) and not _names_another(node)
    targets = node.targets if isinstance(node, (ast.Assign, ast.Delete)) else [getattr(node, "target", None)]
    return any(
        isinstance(item, ast.Subscript)
        and _is_environment(item.value)
        and not (isinstance(item.slice, ast.Constant) and item.slice.value != _VARIABLE)
        for item in targets
    )


def _names_another(node: ast.Call) -> bool:
    """Return whether a change of the environment names a variable that is not the store's."""
    first = node.args[0] if node.args else None
    return isinstance(first, ast.Constant) and first.value != _VARIABLE


def _is_environment(node: ast.expr) -> bool:
    return dotted_text(node).rpartition(".")[2] == "environ"


def reads_store(node: ast.AST) -> bool:
    """Return whether an expression reads the store of the environment: ``os.environ["MLFLOW_TRACKING_URI"]``, ``os.getenv(…)``."""
    if isinstance(node, ast.Subscript):
        return _is_environment(node.value) and _is_variable(node.slice)
    if not isinstance(node, ast.Call) or not node.args or not _is_variable(node.args[0]):
        return False
    function = node.func
    if isinstance(function, ast.Attribute) and function.attr in ("get", "setdefault", "pop"):
        return _is_environment(function.value)
    return function_name(function) == "getenv"


def _is_variable(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == _VARIABLE
