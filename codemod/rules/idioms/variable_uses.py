"""Where the code uses what it keeps in a variable, a field of an object, or an attribute of a class."""

from __future__ import annotations

import ast

from codemod.analysis.attribute_index import attributes_named
from codemod.analysis.context import Context
from codemod.names import LocalClass, LocalInstance
from codemod.names.nodes import dotted_text


def uses_of(target: ast.expr, context: Context) -> list[ast.Name | ast.Attribute]:
    """Return all places that mean the same variable or attribute, in the order of the source."""
    scopes = context.names.scopes
    found: list[ast.Name | ast.Attribute] = []
    if isinstance(target, ast.Name):
        found += context.names.uses(target)
        owner = scopes.scope(target).node
        if isinstance(owner, ast.ClassDef):
            found += [
                node
                for node in attributes_named(context.names).get(target.id, ())
                if _is_of(node.value, owner, context)
            ]
    elif isinstance(target, ast.Attribute):
        written = dotted_text(target)
        found += [node for node in attributes_named(context.names).get(target.attr, ()) if dotted_text(node) == written]
    return sorted(found, key=scopes.order)


def _is_of(node: ast.expr, owner: ast.ClassDef, context: Context) -> bool:
    """Return whether an expression is a class, or an instance of it: ``self.command``, ``Server.command``."""
    value = context.resolve(node)
    return isinstance(value, (LocalInstance, LocalClass)) and value.node is owner


def is_held(use: ast.Name | ast.Attribute, value: ast.expr, context: Context) -> bool:
    """Return whether a use can mean no other value than the one that an assignment gives."""
    names = context.names
    return (names.definition(use) if isinstance(use, ast.Name) else names.attribute_definition(use)) is value
