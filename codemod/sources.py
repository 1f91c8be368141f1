"""The text that findings speak of: where it stands in the file itself, and what their edits make of it."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from codemod.dependencies import is_dependency_file
from codemod.documents import open_document
from codemod.documents.base import Document, DocumentError, TextEdit
from codemod.documents.encoding import decode_any, decode_source
from codemod.documents.kinds import is_notebook
from codemod.documents.placement import replace_spans
from codemod.findings import Finding, Location, Outcome

# So many lines around an edit are compared with it: one is shown, and edits may add or remove blank ones.
_AROUND = 8
_HUNK_START = re.compile(r"([-+])(\d+)")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Region:
    """A stretch of a file, in lines and columns from 1; the end column is the one after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """New text for a region of the file. An insertion has an empty region."""

    region: Region
    text: str


@dataclass(slots=True)
class Source:
    """One input as it was read.

    Attributes:
        text: The file's characters without a byte order mark; "" when nothing is known of them.
        cells: The text of each cell, as the edits of findings count.
    """

    text: str
    cells: tuple[str, ...]
    _document: Document | None = None
    _is_notebook: bool = False
    _starts: dict[int | None, list[int]] = field(default_factory=dict)

    @classmethod
    def of(cls, outcome: Outcome) -> Source:
        """Read an outcome's old bytes again. Bytes that were not kept, or are no document, give an empty source."""
        in_notebook = is_notebook(outcome.path)
        if not outcome.old:
            return cls("", (), _is_notebook=in_notebook)
        if is_dependency_file(outcome.path):
            text = decode_any(outcome.old).text
            return cls(text, (text,))
        try:
            document = open_document(outcome.path, outcome.old)
            return cls(
                _text(outcome.path, outcome.old), tuple(cell.text for cell in document.cells), document, in_notebook
            )
        except (DocumentError, ValueError, RecursionError):
            return cls("", (), _is_notebook=in_notebook)

    def knows(self, finding: Finding) -> bool:
        """Return whether a finding's place is in this text; findings that only rewritten code shows are elsewhere."""
        location = finding.location
        if location.cell >= len(self.cells):
            return False
        text, line = self.cells[location.cell], finding.source_line
        start = self._line_of(location.cell, location.start)[1]
        end = start + len(line)
        is_whole = end == len(text) or text[end : end + 1] in ("\r", "\n")
        return is_whole and text.startswith(line, start) and location.start - start + 1 == location.column

    def region(self, finding: Finding) -> Region | None:
        """Return a finding's place in the file's own lines: of the JSON for a notebook. None when it cannot be told."""
        location = finding.location
        if not self._is_notebook:
            return Region(location.line, location.column, location.end_line, location.end_column)
        if not self.knows(finding):
            return None
        return self._in_json(location)

    def _in_json(self, location: Location) -> Region | None:
        """Find a place of a cell in the notebook's JSON by marking it there: the document knows its own escapes."""
        text = self.cells[location.cell]
        if not text[location.start : location.end].strip():
            return None
        first = self._changed(TextEdit(location.cell, location.start, location.start + 1, "\0"))
        last = self._changed(TextEdit(location.cell, location.end - 1, location.end, "\0"))
        if first is None or last is None:
            return None
        (line, column), (end_line, end_column) = self._place(first[0]), self._place(last[1])
        return Region(line, column, end_line, end_column)

    def replacements(self, finding: Finding) -> list[Replacement]:
        """Return a finding's edits as changes of the file; nothing when they cannot be told for certain."""
        if not finding.edits or not self.knows(finding):
            return []
        found = []
        for edit in finding.edits:
            changed = self._changed(edit)
            if changed is None:
                return []
            start, end, text = changed
            found.append(Replacement(Region(*self._place(start), *self._place(end)), text))
        return found

    def first_line(self, cell: int) -> int:
        """Return the number that a person counts for the first line of a cell: in the file, or 1 for a notebook's cell."""
        return self._document.cells[cell].first_line if self._document is not None else 1

    def difference(self, finding: Finding) -> list[str]:
        """Return what a finding's edits change, as lines of a unified diff without header; of long lines, the part that changes."""
        if not finding.edits or not self.knows(finding):
            return []

        lines: list[str] = []
        for cell in dict.fromkeys(edit.cell for edit in finding.edits):
            spans = sorted((edit.start, edit.end, edit.text) for edit in finding.edits if edit.cell == cell)
            found = self._difference(cell, spans)
            lines += [line[:1] + shortened(line[1:], finding.location.column) for line in found]
        return lines

    def _difference(self, cell: int, spans: Sequence[tuple[int, int, str]]) -> Iterator[str]:
        """Compare only the lines of the edits and a few around them: a file may have many findings."""
        groups: list[tuple[int, int, list[tuple[int, int, str]]]] = []  # lines from and to, and the edits in them
        for span in spans:
            first, last = (self._line_of(cell, offset)[0] - 1 for offset in span[:2])
            first, last = max(0, first - _AROUND), last + 1 + _AROUND
            if groups and first <= groups[-1][1]:
                first, last_before, before = groups.pop()
                groups.append((first, max(last, last_before), [*before, span]))
            else:
                groups.append((first, last, [span]))
        starts, text = self._starts[cell], self.cells[cell]
        added = 0
        for first, last, group in groups:
            start, end = starts[first], starts[last] if last < len(starts) else len(text)
            new = replace_spans(text[start:end], [(one - start, other - start, put) for one, other, put in group])
            above = self.first_line(cell) + first
            yield from unified_diff(text[start:end], new, context=1, first_line=above, first_new_line=above + added)
            added += len(new.splitlines()) - len(text[start:end].splitlines())

    def _changed(self, edit: TextEdit) -> tuple[int, int, str] | None:
        """Return the smallest change of the file's text that an edit makes: start, end and what is there then."""
        if self._document is None:
            return edit.start, edit.end, edit.text
        try:
            spans = self._document.spans([edit])
        except ValueError:
            return None
        return smallest_change(self.text, spans)

    def _place(self, offset: int) -> tuple[int, int]:
        line, start = self._line_of(None, offset)
        return line, offset - start + 1

    def _line_of(self, cell: int | None, offset: int) -> tuple[int, int]:
        """Return the number of the line in which an offset of a cell, or of the file for None, lies, and where that line starts."""
        if cell not in self._starts:
            self._starts[cell] = _line_starts(self.text if cell is None else self.cells[cell])
        starts = self._starts[cell]
        index = bisect_right(starts, offset) - 1
        return index + 1, starts[index]


def smallest_change(text: str, spans: Sequence[tuple[int, int, str]]) -> tuple[int, int, str] | None:
    """Return the shortest stretch of a string that some changes change, and what is there then; None when nothing changes.

    Of several that are equally short it is the last one. Only what lies around the changes is looked at, and as much of the text after
    them as repeats it.

    Args:
        text: The whole text.
        spans: Start, end, and what is there then; in order, without overlap.
    """
    first, last = spans[0][0], spans[-1][1]
    old = text[first:last]
    new = replace_spans(old, [(start - first, end - first, one) for start, end, one in spans])
    if old == new:
        return None
    more = 0
    while True:
        # What follows is the same in both, and one may go on as the other does.
        before, after = text[first : last + more], new + text[last : last + more]
        same = _shared(before, after)
        if same < min(len(before), len(after)) or last + more >= len(text):
            break
        more = max(64, 2 * more)
    start = first + same
    length = len(text) - len(old) + len(new)
    tail = min(len(text) - last + _shared(old[::-1], new[::-1]), min(len(text), length) - start)
    end = len(text) - tail
    changed = new + text[last : max(last, end)]
    return start, end, changed[same : length - tail - first]


def _shared(one: str, other: str) -> int:
    """Return how many characters two strings have in common at their start."""
    # True up to a point: comparing slices runs in C.
    return bisect_left(range(1, min(len(one), len(other)) + 1), True, key=lambda size: one[:size] != other[:size])


def shortened(line: str, at: int = 0) -> str:
    """Return a line, or of a long one what stands around a place: a report that repeats it for each finding would have no end."""
    if len(line) <= LONG:
        return line
    start = max(0, min(at - LONG // 4, len(line) - LONG))
    return f"{'…' if start else ''}{line[start : start + LONG]}{'…' if start + LONG < len(line) else ''}"


LONG = 1000
"""So many characters of a line are shown."""


def unified_diff(old: str, new: str, *, context: int, first_line: int = 1, first_new_line: int = 0) -> list[str]:
    """Return what changes in a string, as lines of a unified diff without header.

    Args:
        old: The text as it is.
        new: The text as it becomes.
        context: How many lines around a change are shown.
        first_line: The number of the text's first line.
        first_new_line: The same for the text as it becomes, where it differs.
    """
    lines = list(difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=context))[2:]
    above = {"-": first_line - 1, "+": (first_new_line or first_line) - 1}
    return [
        _HUNK_START.sub(lambda found: f"{found[1]}{int(found[2]) + above[found[1]]}", line)
        if line.startswith("@@")
        else line
        for line in lines
    ]


def changed_lines(before: str, after: str | None) -> list[str]:
    """Return the lines of a string, as a diff where there is another one to become of it."""
    old = before.strip("\n").splitlines()
    if after is None:
        return old
    new = after.strip("\n").splitlines()
    everything = max(len(old), len(new))
    return list(difflib.unified_diff(old, new, lineterm="", n=everything))[3:]


def applied(text: str, replacements: Sequence[Replacement]) -> str:
    """Make the replacements in a file's text, as a reader of a report would."""
    starts = _line_starts(text)
    spans = [
        (
            starts[one.region.line - 1] + one.region.column - 1,
            starts[one.region.end_line - 1] + one.region.end_column - 1,
        )
        for one in replacements
    ]
    for (start, end), one in sorted(zip(spans, replacements, strict=True), key=lambda pair: pair[0], reverse=True):
        text = text[:start] + one.text + text[end:]
    return text


def _line_starts(text: str) -> list[int]:
    return [0, *(found.end() for found in _LINE_BREAK.finditer(text))]


def _text(path: str, data: bytes) -> str:
    if is_notebook(path):
        return data.decode("utf-8-sig")

    return decode_source(data).text
