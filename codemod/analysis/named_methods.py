"""What an object that nobody can tell gives by a method whose name only MLflow's client has: enough to report, never to edit."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.nodes import function_name

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_VERSION = ("get_model_version", "get_model_version_by_alias", "create_model_version", "update_model_version",
            "transition_model_version_stage")  # fmt: skip
_VERSIONS = ("search_model_versions", "get_latest_versions")


def gives_version(node: ast.expr, context: Context) -> bool:
    """Return whether an expression is, by the method that is called, a version of the registry, or one of several."""
    if not context.facts.names_mlflow:
        return False
    if isinstance(node, ast.Subscript):
        return _is_call(node.value, _VERSIONS)
    if isinstance(node, ast.Name):
        return any(_is_call(loop, _VERSIONS) for loop in context.names.loops(node))
    return _is_call(node, _VERSION)


def _is_call(node: ast.expr, methods: tuple[str, ...]) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and function_name(node.func) in methods
