"""What an expression itself shows of a string, without what its names were assigned elsewhere."""

from __future__ import annotations

import ast

from codemod.analysis.texts import Text, text_of
from codemod.names import Names, Value


def text_here(node: ast.expr, names: Names) -> Text:
    """Say what is known of an expression's text by itself: a name stays a hole, even where its value is known."""
    return text_of(node, _Here(names))


class _Here:
    """Answers what a name is, and not what it was assigned."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def resolve(self, node: ast.expr) -> Value:
        return self._names.resolve(node)

    def definition(self, _node: ast.Name) -> ast.expr | None:
        return None

    def attribute_definition(self, _node: ast.Attribute) -> ast.expr | None:
        return None
