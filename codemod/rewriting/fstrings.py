"""Says whether what stands in an f-string can be edited there."""

from __future__ import annotations

import ast
import sys

from codemod.analysis.context import Context
from codemod.rewriting.edits import UneditableError


def check_place(node: ast.AST, context: Context) -> None:
    """Make sure that an expression stands where `ast` says it does.

    Before Python 3.12, `ast` parses the expressions of an f-string by themselves and gets their places wrong in some, for example
    in f-strings over several lines (https://github.com/python/cpython/issues/94869, PEP 701).

    Raises:
        UneditableError: If it does not.
    """
    if sys.version_info >= (3, 12):
        return
    if not _is_inside(node, context):
        return
    lines = context.lines(context.cell(node))
    start, end = lines.span(node)  # type: ignore[arg-type]
    try:
        there = ast.parse(f"({lines.text[start:end]}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        there = None
    if there is None or ast.dump(there) != ast.dump(node):
        raise UneditableError("only Python 3.12 and later tell where in this f-string it stands")


def check_edit(node: ast.AST, context: Context, new: str | None = None) -> None:
    """Make sure that a node can get a new text although it stands in an f-string.

    Before Python 3.12 an f-string's own quotes must not stand in its expressions, nor backslashes, nor line breaks in most; and the
    edited code may run there, whatever Python runs this.

    Args:
        node: What gets the text.
        context: The namespace.
        new: The text; None when it is not made yet, as that of a call.

    Raises:
        UneditableError: If it cannot.
    """
    if not _is_inside(node, context):
        return
    if not new or any(character in new for character in "\"'\\\n"):
        raise UneditableError("it stands in an f-string")
    check_place(node, context)


def _is_inside(node: ast.AST, context: Context) -> bool:
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, (ast.JoinedStr, ast.stmt)):
            return isinstance(ancestor, ast.JoinedStr)
    return False
