"""Parses the cells of a document, each by itself, and sorts them into the namespaces that they share."""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass

from codemod.documents.base import Cell, Document


@dataclass(frozen=True, slots=True)
class Parsed:
    """The trees of a document.

    Attributes:
        namespaces: For each Python namespace its trees in order, with the index of the cell that each came from.
        problems: One line for each cell that does not parse and could hold something of interest.
        count: How many cells were parsed.
    """

    namespaces: tuple[dict[ast.Module, int], ...]
    problems: tuple[str, ...]
    count: int


def parse(document: Document, interesting: re.Pattern[bytes]) -> Parsed:
    """Parse every cell.

    Args:
        document: What to parse.
        interesting: A cell that does not parse is a problem only if this matches in it: nothing is lost with others.
    """
    namespaces: dict[int, dict[ast.Module, int]] = {}
    problems: list[str] = []
    count = 0
    for index, cell in enumerate(document.cells):
        try:
            tree = _parse(cell.code, top_level_await=document.kind != "python")
        except (SyntaxError, ValueError) as error:
            if interesting.search(cell.text.encode("utf-8", "surrogatepass")):
                problems.append(_problem(cell, error))
            continue
        count += 1
        namespaces.setdefault(cell.namespace, {})[tree] = index
    return Parsed(tuple(namespaces.values()), tuple(problems), count)


def _parse(code: str, *, top_level_await: bool) -> ast.Module:
    flags = ast.PyCF_ONLY_AST | (ast.PyCF_ALLOW_TOP_LEVEL_AWAIT if top_level_await else 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of invalid escapes in other people's code
        tree = compile(code, "<document>", "exec", flags, dont_inherit=True)
    assert isinstance(tree, ast.Module)  # "exec" makes modules
    return tree


def _problem(cell: Cell, error: SyntaxError | ValueError) -> str:
    line = getattr(error, "lineno", None)
    reason = error.msg if isinstance(error, SyntaxError) else str(error)
    where = f"line {line + cell.first_line - 1}" if line else "line 1"
    if cell.number is not None:
        where = f"cell {cell.number}, {where}"
    return f"{where}: {reason}"
