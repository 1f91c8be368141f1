"""Positions of ``ast`` as offsets, and offsets as the lines and columns that people count."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right

from codemod.documents.base import Cell
from codemod.findings import Location

# What Python counts as a line break; `str.splitlines` knows more of them.
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_WIDE = re.compile(r"[^\x00-\x7f]")


class Lines:
    """The lines of one cell, to turn the positions of ``ast`` (UTF-8 bytes in a line) into offsets in characters."""

    def __init__(self, cell: Cell) -> None:
        self.text = cell.text
        self._cell = cell
        self._starts = [0, *(found.end() for found in _LINE_BREAK.finditer(cell.text))]
        self._is_ascii = cell.text.isascii()
        self._is_masked = cell.text != cell.code
        self._wide: dict[int, tuple[list[int], list[int]]] = {}
        self._texts: dict[int, str] = {}

    def offset(self, line: int, column: int) -> int:
        """Return the offset of a 1-based line and a column in UTF-8 bytes."""
        start = self._starts[line - 1]
        if self._is_ascii:
            return start + column
        if line not in self._wide:
            end = self._starts[line] if line < len(self._starts) else len(self.text)
            self._wide[line] = _wide_characters(self.text[start:end])
        ends, surplus = self._wide[line]
        before = bisect_right(ends, column)
        return start + column - (surplus[before - 1] if before else 0)

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Return a node's first character and the one past its last."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def is_python(self, start: int, end: int) -> bool:
        """Return whether a stretch is Python as it stands: nothing in it is masked, as in a line of IPython's."""
        return not self._is_masked or self.text[start:end] == self._cell.code[start:end]

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

    def line_around(self, offset: int) -> tuple[int, str]:
        """Return where the line starts that an offset stands in, and its text without its line break."""
        index = bisect_right(self._starts, offset) - 1
        return self._starts[index], self.line(index + self._cell.first_line)

    def line(self, line: int) -> str:
        """Return the text of a line as `Location` counts them, without its line break."""
        index = line - self._cell.first_line
        if index not in self._texts:  # one string for all findings in a line, which may be long
            end = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
            self._texts[index] = self.text[self._starts[index] : end].rstrip("\r\n")
        return self._texts[index]

    def of(self, location: Location) -> list[str]:
        """Return the text of the lines that a location covers."""
        return [self.line(line) for line in range(location.line, location.end_line + 1)]


def _wide_characters(text: str) -> tuple[list[int], list[int]]:
    """Return where the characters of a line that take several bytes in UTF-8 end, and how many bytes more than characters there are then."""
    ends, surplus = [], []
    more = 0
    for found in _WIDE.finditer(text):
        more += 1 + (found[0] > "\u07ff") + (found[0] > "\uffff")
        ends.append(found.end() + more)
        surplus.append(more)
    return ends, surplus
