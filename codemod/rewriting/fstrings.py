"""Knows where an expression in an f-string stands, or that nobody can tell."""

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
    if not any(isinstance(ancestor, ast.JoinedStr) for ancestor in context.names.scopes.ancestors(node)):
        return
    lines = context.lines(context.cell(node))
    start, end = lines.span(node)  # type: ignore[arg-type]
    try:
        there = ast.parse(f"({lines.text[start:end]}\n)", mode="eval").body
    except (SyntaxError, ValueError):
        there = None
    if there is None or ast.dump(there) != ast.dump(node):
        raise UneditableError("only Python 3.12 and later tell where in this f-string it stands")
