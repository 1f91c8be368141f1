"""What code asks of an object by a string: ``getattr(mlflow.sklearn, "log_model")``, ``vars(mlflow.sklearn)["log_model"]``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.special_calls import short
from codemod.names.values import Instance, Mlflow, OwnModule, Unknown, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names


def attribute_by_name(names: Names, node: ast.Call) -> Value:
    """Return what ``getattr(object, name)`` gives."""
    target, name = node.args[0], node.args[1]
    value = names.resolve(target)
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        return names.attribute_of(value, name.value)
    if isinstance(value, (Mlflow, Instance)):
        return Unknown(f"`{short(node)}` picks it by a name that is known only at run time", like=f"{value.path}.*")
    return value


def item_of_namespace(names: Names, node: ast.expr, key: ast.expr) -> Value | None:
    """Return what a dict holds under a key that is written there; None for a dict that is no module's or class's.

    Args:
        names: The namespace.
        node: The dict.
        key: The key.
    """
    if not isinstance(key, ast.Constant) or not isinstance(key.value, str):
        return None
    made = (names.definition(node) if isinstance(node, ast.Name) else None) or node
    owner = _owner(names, made)
    value = names.resolve(owner) if owner is not None else None
    return names.attribute_of(value, key.value) if isinstance(value, (Mlflow, OwnModule)) else None


def _owner(names: Names, made: ast.expr) -> ast.expr | None:
    """Return the object of which an expression is the dict."""
    if isinstance(made, ast.Attribute):
        return made.value if made.attr == "__dict__" else None
    if not isinstance(made, ast.Call) or not isinstance(made.func, ast.Name) or len(made.args) != 1:
        return None
    is_vars = made.func.id == "vars" and not made.keywords and not names.is_bound("vars", made)
    return made.args[0] if is_vars else None
