"""What an attribute holds of an object that ``SimpleNamespace(run=run)`` makes, by that call."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from codemod.names.bindings import Binding
from codemod.names.flow import dominates
from codemod.names.nodes import function_name
from codemod.names.values import Foreign, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_TYPES = Foreign("types")


def made_with(names: Names, node: ast.Attribute, later: Sequence[Binding] = ()) -> list[Binding]:
    """Return what gives an attribute its first value where its object is made; none for an object that is made otherwise.

    Args:
        names: The namespace.
        node: The attribute, as it is used.
        later: What gives it another value; the first one is no more where one of these has certainly run.
    """
    scopes = names.scopes
    if not isinstance(node.ctx, ast.Load):
        return []
    if any(scopes.order(each.node) < scopes.order(node) and dominates(scopes, each.node, node) for each in later):
        return []
    if not isinstance(node.value, (ast.Name, ast.Attribute)) or names.resolve(node.value) != _TYPES:
        return []
    made = names.source_of(node.value)
    if not isinstance(made, ast.Call) or function_name(made.func) != "SimpleNamespace":
        return []
    return [Binding("value", each, 0, each.value) for each in made.keywords if each.arg == node.attr]


def kept_by_namespace(names: Names, node: ast.Attribute) -> Value | None:
    """Return what such an attribute is that gets no other value; None for any other one."""
    values = [names.resolve(each.source) for each in made_with(names, node) if each.source is not None]
    return values[0] if len(values) == 1 and not isinstance(values[0], Foreign) else None
