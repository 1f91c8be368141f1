"""Positions of ``ast`` as offsets, and offsets as the lines and columns that people count."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right

from codemod.documents.base import Cell
from codemod.findings import Location

# What Python counts as a line break; `str.splitlines` knows more of them.
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


class Lines:
    """The lines of one cell, to turn the positions of ``ast`` (UTF-8 bytes in a line) into offsets in characters."""

    def __init__(self, cell: Cell) -> None:
        self.text = cell.text
        self._cell = cell
        self._starts = [0, *(found.end() for found in _LINE_BREAK.finditer(cell.text))]

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 1-based line and a column in UTF-8 bytes."""
        start = self._starts[line - 1]
        end = self._starts[line] if line < len(self._starts) else len(self.text)
        text = self.text[start:end]
        if not text.isascii():
            column = len(text.encode("utf-8", "surrogatepass")[:column].decode("utf-8", "surrogatepass"))
        return start + column

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return a node's first character and the one past its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def location(self, node: ast.AST, cell: int) -> Location:
        """Say where a node of the cell with this index stands."""
        return self.at(*self.span(node), cell)  # type: ignore[arg-type]

    def at(self, start: int, end: int, cell: int) -> Location:
        """Say where a stretch of the cell with this index stands."""
        first, last = bisect_right(self._starts, start) - 1, bisect_right(self._starts, max(start, end - 1)) - 1
        base = self._cell.first_line
        return Location(
            cell, start, end,
            first + base, start - self._starts[first] + 1,
            last + base, end - self._starts[last] + 1,
            self._cell.number, self._cell.label,
        )  # fmt: skip

    def line(self, line: int) -> str:
        """Return the text of a line as `Location` counts them, without its line break."""
        index = line - self._cell.first_line
        end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
        return self.text[self._starts[index] : end].rstrip("\r\n")

    def of(self, location: Location) -> list[str]:
        """Return the text of the lines that a location covers."""
        return [self.line(line) for line in range(location.line, location.end_line + 1)]
