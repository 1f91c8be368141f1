"""Attributes that code reads by the dict or the message of an object: ``vars(version)["_source"]``, ``version.to_proto().source``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.analysis.origins import origins

if TYPE_CHECKING:
    from codemod.analysis.context import Context


def attribute_of_item(node: ast.Subscript, context: Context) -> ast.Attribute | None:
    """Return the attribute of an object that an item of its dict is; None for any other item."""
    key = node.slice.value if isinstance(node.slice, ast.Constant) else None
    if not isinstance(key, str):
        return None
    for made in origins(node.value, context):
        owner, prefix = _owner(made)
        if owner is not None and key.startswith(prefix):
            return _asked(owner, key.removeprefix(prefix), node)
    return None


def attribute_of_message(node: ast.Attribute, context: Context) -> ast.Attribute | None:
    """Return the attribute of an object that its message for the server has under the same name; None for any other attribute."""
    for made in origins(node.value, context):
        method = made.func if isinstance(made, ast.Call) and not made.args else None
        if isinstance(method, ast.Attribute) and method.attr == "to_proto":
            return _asked(method.value, node.attr, node)
    return None


def _owner(made: ast.expr) -> tuple[ast.expr | None, str]:
    """Return the object of which an expression is the dict, and what stands in front of the names of attributes there."""
    if isinstance(made, ast.Attribute) and made.attr == "__dict__":
        return made.value, "_"
    called = made.func.id if isinstance(made, ast.Call) and isinstance(made.func, ast.Name) else ""
    if not isinstance(made, ast.Call) or called not in ("dict", "vars") or len(made.args) != 1:
        return None, ""
    return made.args[0], "_" if called == "vars" else ""


def _asked(owner: ast.expr, name: str, node: ast.expr) -> ast.Attribute:
    return ast.copy_location(ast.Attribute(owner, name, ast.Load()), node)
