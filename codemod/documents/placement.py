"""Where the text of a cell stands in its file, for documents whose cells are stretches of the file's own text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from codemod.documents.base import Cell, TextEdit, Unread
from codemod.documents.encoding import SourceText

_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Placement:
    """How the characters of a cell lie in the file.

    A plain stretch is one line with no prefix. A cell whose lines carry a prefix in the file (``# MAGIC `` or the
    indent of a list item) does not show it; an edit that adds lines adds the prefix to them.

    Attributes:
        cell_starts: For each line of the cell (or for the stretch as a whole), the offset in the cell's text.
        file_starts: For each of them, the offset in the file's text, after the prefix.
        prefix: What to put in front of new lines.
    """

    cell_starts: tuple[int, ...]
    file_starts: tuple[int, ...]
    prefix: str = ""

    def in_file(self, offset: int) -> int:
        """Return the offset in the file of an offset in the cell."""
        line = bisect_right(self.cell_starts, offset) - 1
        return self.file_starts[line] + offset - self.cell_starts[line]


def stretch(start: int) -> Placement:
    """Place a cell whose text is a stretch of the file's text from ``start`` on."""
    return Placement((0,), (start,))


def without_prefixes(lines: Sequence[tuple[int, int]], text: str, prefix: str) -> tuple[str, Placement]:
    """Make a cell's text from lines of a file.

    Args:
        lines: For each line, the offsets in ``text`` of its first character after the prefix and of its end with the
            line break. They follow each other.
        text: The file's text.
        prefix: What to put in front of lines that edits add.

    Returns:
        The cell's text, without the break of the last line: an edit that ends there must not open a new prefixed line.
    """
    cell_starts: list[int] = []
    parts: list[str] = []
    at = 0
    for start, end in lines:
        cell_starts.append(at)
        parts.append(text[start:end])
        at += end - start
    if parts:
        parts[-1] = parts[-1].rstrip("\r\n")
    return "".join(parts), Placement(tuple(cell_starts), tuple(start for start, _ in lines), prefix)


@dataclass(frozen=True, slots=True)
class TextDocument:
    """A document whose cells are stretches of the file's text; see `codemod.documents.base.Document`."""

    kind: str
    source: SourceText
    cells: tuple[Cell, ...]
    placements: tuple[Placement, ...]
    unread: tuple[Unread, ...] = ()

    def render(self, edits: Sequence[TextEdit]) -> bytes:
        """Return the file's bytes with the edits applied; see `codemod.documents.base.Document.render`."""
        if not edits:
            return self.source.data
        return self.source.encode(replace_spans(self.source.text, self.spans(edits)))

    def spans(self, edits: Sequence[TextEdit]) -> list[tuple[int, int, str]]:
        """Return what edits change in the file's text; see `codemod.documents.base.Document.spans`."""
        spans = []
        for edit in in_order(edits, self.cells):
            place = self.placements[edit.cell]
            new = edit.text
            if place.prefix:
                new = _LINE_BREAK.sub(lambda found, prefix=place.prefix: found[0] + prefix, new)  # type: ignore[misc]
            self.source.part(new)  # raises when it cannot be written
            spans.append((place.in_file(edit.start), place.in_file(edit.end), new))
        spans.sort()
        for before, after in pairwise(spans):
            if after[0] < before[1]:  # a cell may lie in a string of another one
                raise ValueError(f"edits of two cells overlap: {before} and {after}")
        return spans


def in_order(edits: Iterable[TextEdit], cells: Sequence[Cell]) -> list[TextEdit]:
    """Sort edits by place.

    Raises:
        ValueError: If an edit lies outside its cell, or two edits overlap or insert at the same place.
    """
    ordered = sorted(edits)
    before: TextEdit | None = None
    for edit in ordered:
        if not 0 <= edit.cell < len(cells) or not 0 <= edit.start <= edit.end <= len(cells[edit.cell].text):
            raise ValueError(f"edit outside its cell: {edit}")
        if before is not None and before.cell == edit.cell:
            same_insertion = before.start == edit.start == before.end == edit.end
            if edit.start < before.end or same_insertion:
                raise ValueError(f"edits overlap: {before} and {edit}")
        before = edit
    return ordered


def replace_spans(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    """Replace spans of a string, given in order and without overlap."""
    parts: list[str] = []
    at = 0
    for start, end, new in spans:
        parts += (text[at:start], new)
        at = end
    parts.append(text[at:])
    return "".join(parts)
