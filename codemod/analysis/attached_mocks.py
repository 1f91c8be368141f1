"""Mocks that record what others are called with, which a test attaches to them: their own names tell nothing of what they record."""

from __future__ import annotations

import ast

from codemod.analysis.once import once_in_names
from codemod.names import Names
from codemod.names.nodes import dotted_text


def has_other_mocks(node: ast.expr | None, names: Names) -> bool:
    """Return whether a mock gets others by ``parent.attach_mock(log, "saved")``.

    Args:
        node: The mock, or an attribute that holds it.
        names: The test's namespace.
    """
    text = dotted_text(node) if node is not None else ""
    return bool(text) and text in _managers(names)


@once_in_names
def _managers(names: Names) -> frozenset[str]:
    """Return the names of all mocks of a namespace to which others are attached."""
    called = (call.func for call in names.scopes.of(ast.Call))
    return frozenset(
        dotted_text(each.value) for each in called if isinstance(each, ast.Attribute) and each.attr == "attach_mock"
    )
