r"""The source of one notebook cell: JSON strings on one side, text on the other.

An edit of the text becomes an edit of the characters between the quotes, so that what stands around it keeps its
escapes (``\u003d`` stays ``\u003d``). Only then the lines are cut anew, for edits that add or remove lines.
"""

from __future__ import annotations

import json
import re
import string
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from codemod.documents.base import TextEdit
from codemod.documents.notebook_json import literal_spans
from codemod.documents.placement import replace_spans

# What stands for one character of the value, or for many that stand for themselves.
_CHARACTERS = re.compile(
    r"[^\\]+|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.", re.DOTALL
)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))")
# Characters of JSON's own escapes: `replace` must not find them inside one.
_NOT_STYLE = frozenset('"\\' + string.ascii_letters + string.digits)


@dataclass(frozen=True, slots=True)
class LiteralStyle:
    """How a notebook writes its strings.

    Attributes:
        ascii_only: Whether characters beyond ASCII are escaped.
        escapes: Characters that are escaped without need, as ``<`` is by writers that think of HTML.
        separator: What stands between two lines of a source.
    """

    ascii_only: bool
    escapes: dict[str, str]
    separator: str

    @classmethod
    def of(cls, text: str, sources: Iterable[CellSource]) -> LiteralStyle:
        """Learn the style from the notebook's own sources."""
        escapes: dict[str, str] = {}
        wide = False
        separator = None
        for source in sources:
            spans = literal_spans(text, source.start)
            if separator is None and len(spans) > 1:
                separator = text[spans[0][1] : spans[1][0]]
            raw = text[spans[0][0] : spans[-1][1]]
            if "\\u" not in raw and "\\/" not in raw:
                continue
            for escape in _ESCAPE.finditer(raw):
                character = chr(int(escape[1], 16)) if escape[1] else escape[2]
                if character > "\x7f":
                    wide = True
                elif character == "/" or (escape[1] and character > " " and character not in _NOT_STYLE):
                    escapes[character] = escape[0]
        return cls(wide and text.isascii(), escapes, "," if separator is None else separator)

    def escape(self, value: str) -> str:
        """Write characters as they stand between the quotes of a JSON string."""
        raw = json.dumps(value, ensure_ascii=self.ascii_only)[1:-1]
        for character, escape in self.escapes.items():
            raw = raw.replace(character, escape)
        return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", raw)


@dataclass(frozen=True, slots=True)
class CellSource:
    """The source of a cell.

    Attributes:
        text: The whole source.
        start: Where it starts in the notebook's JSON.
        lines: Its strings, if it is a list of them.
        glue: What joins them: nothing, or the line break that nbformat 3 may leave out.
    """

    text: str
    start: int
    lines: tuple[str, ...] | None
    glue: str

    @classmethod
    def of(cls, source: str | Sequence[str], start: int, *, before_4: bool) -> CellSource:
        """Join the strings of a source as Jupyter does."""
        if isinstance(source, str):
            return cls(source, start, None, "")
        # nbformat/v3/rwbase.py: lines were once written without their breaks; the first line tells which it is.
        glue = "\n" if before_4 and not source[0].endswith(("\n", "\r")) else ""
        return cls(glue.join(source), start, tuple(source), glue)


class PlacedLines:
    """The strings of a source with their places in the text and in the JSON."""

    def __init__(self, json_text: str, source: CellSource) -> None:
        """Find the strings.

        Args:
            json_text: The notebook's JSON.
            source: The source of one of its cells.
        """
        self.json_text = json_text
        self.text = source.text
        self.spans = literal_spans(json_text, source.start)
        self.glue = source.glue
        self.is_list = source.lines is not None
        self.starts: list[int] = []
        at = 0
        for line in (source.text,) if source.lines is None else source.lines:
            self.starts.append(at)
            at += len(line) + len(source.glue)

    def replace(self, edits: Sequence[TextEdit], style: LiteralStyle) -> list[tuple[int, int, str]]:
        """Turn edits of the source into replaced spans of the notebook's JSON, in order.

        Args:
            edits: Edits of the cell, in order and without overlap.
            style: How to write new characters.
        """
        if not self.is_list:
            return [(*self.spans[0], f'"{self.new_raw(0, 0, edits, style)}"')]
        return [self.new_literals(*group, style) for group in self.groups(edits)]

    def groups(self, edits: Sequence[TextEdit]) -> list[tuple[int, int, list[TextEdit]]]:
        """Gather edits by the strings that they touch: the first, the last, the edits."""
        groups: list[tuple[int, int, list[TextEdit]]] = []
        for edit in edits:
            first = self._index_at(edit.start)
            last = self._index_at(edit.end - 1) if edit.end > edit.start else first
            group = [edit]
            # Neighbours are taken together, so that two of them never claim the comma between them.
            if groups and first <= groups[-1][1] + 1:
                first, last_before, before = groups.pop()
                last, group = max(last, last_before), [*before, edit]
            # A line that loses its break takes in the next one, as it does when Jupyter saves the notebook.
            while last < len(self.spans) - 1 and self.text.endswith("\n", 0, self._end(last)):
                start, end = self.starts[first], self._end(last)
                moved = [(one.start - start, one.end - start, one.text) for one in group]
                new = replace_spans(self.text[start:end], moved)
                if not new or new.endswith("\n"):
                    break
                last += 1
            groups.append((first, last, group))
        return groups

    def new_raw(self, first: int, last: int, edits: Sequence[TextEdit], style: LiteralStyle) -> str:
        """Apply edits to what stands between the quotes of some neighbouring strings."""
        raws = [self._raw(index) for index in range(first, last + 1)]
        bases = [0]
        for raw in raws:
            bases.append(bases[-1] + len(raw))

        def raw_offset(offset: int) -> int:
            if offset >= self._end(last):
                return bases[-1]
            index = self._index_at(offset)
            return bases[index - first] + _raw_offset(raws[index - first], offset - self.starts[index])

        spans = [(raw_offset(edit.start), raw_offset(edit.end), style.escape(edit.text)) for edit in edits]
        return replace_spans("".join(raws), spans)

    def new_literals(
        self, first: int, last: int, edits: Sequence[TextEdit], style: LiteralStyle
    ) -> tuple[int, int, str]:
        """Make the JSON of some neighbouring strings anew: start, end and what to put there."""
        lines = _cut(self.new_raw(first, last, edits, style))
        if self.glue:
            if last == len(self.spans) - 1 and (not lines or _ends_line(lines[-1])):
                lines.append("")
            lines = [_without_break(line) for line in lines]
        start, end = self.spans[first][0], self.spans[last][1]
        if not lines and last - first + 1 == len(self.spans):
            lines = [""]
        if not lines:
            if last + 1 < len(self.spans):
                return start, self.spans[last + 1][0], ""
            return self.spans[first - 1][1], end, ""
        between = [self.json_text[self.spans[index][1] : self.spans[index + 1][0]] for index in range(first, last)]
        between += [self._separator(style)] * (len(lines) - 1 - len(between))
        parts = [f'"{lines[0]}"']
        for separator, line in zip(between, lines[1:], strict=False):
            parts += (separator, f'"{line}"')
        return start, end, "".join(parts)

    def _separator(self, style: LiteralStyle) -> str:
        if len(self.spans) > 1:
            return self.json_text[self.spans[0][1] : self.spans[1][0]]
        start = at = self.spans[0][0]
        while self.json_text[at - 1] in " \t\r\n":
            at -= 1
        space = self.json_text[at:start]
        return f",{space}" if "\n" in space else style.separator

    def _raw(self, index: int) -> str:
        start, end = self.spans[index]
        raw = self.json_text[start + 1 : end - 1]
        return raw + "\\n" if self.glue and index < len(self.spans) - 1 else raw

    def _index_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _end(self, index: int) -> int:
        return self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)


def _raw_offset(raw: str, offset: int) -> int:
    """Return the place in a JSON string's raw form of a character of its value."""
    if "\\" not in raw:
        return offset
    seen = 0
    for characters in _CHARACTERS.finditer(raw):
        length = len(characters[0]) if raw[characters.start()] != "\\" else 1
        if seen + length > offset:
            return characters.start() + (offset - seen if length > 1 else 0)
        seen += length
    return len(raw)


def _cut(raw: str) -> list[str]:
    """Cut raw JSON text after every line break that it stands for."""
    lines = []
    at = 0
    for escape in _ESCAPE.finditer(raw):
        if escape[2] == "n" or (escape[1] or "").lower() == "000a":
            lines.append(raw[at : escape.end()])
            at = escape.end()
    if at < len(raw):
        lines.append(raw[at:])
    return lines


def _ends_line(raw: str) -> bool:
    return bool(_cut(raw + "x")[1:])


def _without_break(raw: str) -> str:
    return raw[: -2 if raw.endswith("n") else -6] if _ends_line(raw) else raw
