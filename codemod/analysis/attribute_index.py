"""All attributes of a namespace by their names: who follows what objects keep asks for a few of them, and often."""

from __future__ import annotations

import ast

from codemod.analysis.once import once_in_names
from codemod.names import Names


@once_in_names
def attributes_named(names: Names) -> dict[str, list[ast.Attribute]]:
    """Return the attributes of a namespace by their names, in the order of the source."""
    found: dict[str, list[ast.Attribute]] = {}
    for node in names.scopes.of(ast.Attribute):
        found.setdefault(node.attr, []).append(node)
    return found
