"""What is known of a text before the program runs."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from codemod.names import Names

_DEPTH = 8


@dataclass(frozen=True, slots=True)
class Text:
    """A text of which some parts may be known only at run time.

    Attributes:
        parts: The known stretches in order, None for each part that only the running program knows.
    """

    parts: tuple[str | None, ...]

    @property
    def known(self) -> str | None:
        """The whole text, or None when a part of it is unknown."""
        return None if None in self.parts else "".join(part for part in self.parts if part is not None)

    @property
    def fixed(self) -> str:
        """All that is known of it."""
        return "".join(part for part in self.parts if part is not None)


_HOLE = Text((None,))


def text_of(node: ast.expr, names: Names, depth: int = 0) -> Text:
    """Say what is known of an expression's text, following constants, f-strings, ``+`` and ``format``."""
    if depth > _DEPTH:
        return _HOLE
    if isinstance(node, ast.Constant):
        return Text((node.value,)) if isinstance(node.value, str) else _HOLE
    if isinstance(node, ast.JoinedStr):
        parts: list[str | None] = []
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                plain = value.conversion == -1 and value.format_spec is None
                parts.extend(text_of(value.value, names, depth + 1).parts if plain else (None,))
            else:
                parts.extend(text_of(value, names, depth + 1).parts)
        return Text(tuple(parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = text_of(node.left, names, depth + 1), text_of(node.right, names, depth + 1)
        return Text((*left.parts, *right.parts))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _template(text_of(node.left, names, depth + 1), "%s")
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        return _template(text_of(node.func.value, names, depth + 1), "{}")
    if isinstance(node, ast.Name):
        source = names.definition(node)
        return text_of(source, names, depth + 1) if source is not None else _HOLE
    if isinstance(node, ast.Attribute):
        source = names.attribute_definition(node)
        return text_of(source, names, depth + 1) if source is not None else _HOLE
    return _HOLE


def _template(template: Text, hole: str) -> Text:
    known = template.known
    if known is None:
        return _HOLE
    pieces = known.split(hole)
    parts: list[str | None] = [pieces[0]]
    for piece in pieces[1:]:
        parts += [None, piece]
    return Text(tuple(parts)) if len(pieces) > 1 else _HOLE
