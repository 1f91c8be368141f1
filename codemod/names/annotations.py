"""What an annotation says of a name."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from codemod.names.nodes import dotted_text, is_none
from codemod.names.objects import instance_of
from codemod.names.values import Elements, Instance, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names


def declared(names: Names, node: ast.expr) -> Value | None:
    """Return an instance for an annotation that names an MLflow class; None when it says nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        text = node.value.strip()
        if not text.replace(".", "").replace("_", "").isalnum():
            return None
        parts = text.split(".")
        value: Value = names.lookup(parts[0], node)
        for part in parts[1:]:
            value = names.attribute_of(value, part)
        return instance_of(value)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        sides = [side for side in (node.left, node.right) if not is_none(side)]
        return declared(names, sides[0]) if len(sides) == 1 else None
    if isinstance(node, ast.Subscript):
        head = dotted_text(node.value).rpartition(".")[2]
        inner = declared(names, node.slice) if not isinstance(node.slice, ast.Tuple) else None
        if head in ("Optional", "Annotated", "Final", "ClassVar"):
            return inner
        if head in ("list", "List", "Iterable", "Sequence", "Iterator", "Generator", "tuple", "Tuple"):
            return Elements(inner.path) if isinstance(inner, Instance) else None
        return None
    return instance_of(names.resolve(node))
