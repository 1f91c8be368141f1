"""What of MLflow code puts its own in the place of."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.nodes import line_of
from codemod.names.objects import mlflow_object
from codemod.names.values import Mlflow, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names


def replacements(names: Names) -> dict[str, int]:
    """Return what of MLflow a namespace replaces by another name or by ``setattr``, with the line."""
    found: dict[str, int] = {}
    places: list[tuple[Value, str, ast.AST]] = []
    for text, bindings in names.scopes.dotted.items():
        first, *inner, last = text.split(".")
        value = names.lookup(first, bindings[0].node)
        for part in inner:
            value = names.attribute_of(value, part)
        places.append((value, last, bindings[0].node))
    for node in names.scopes.of(ast.Call):
        if isinstance(node.func, ast.Name) and node.func.id == "setattr":
            name = node.args[1] if len(node.args) == 3 else None
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                places.append((names.resolve(node.args[0]), name.value, node))
    for owner, name_of, place in places:
        if isinstance(owner, Mlflow):
            found[mlflow_object(f"{owner.path}.{name_of}").path] = line_of(place)
    return found
