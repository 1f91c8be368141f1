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
from codemod.documents.notebook_json import Literal
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
    r"""How a notebook writes its strings.

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
            if separator is None and len(source.literals) > 1:
                separator = text[source.literals[0].end : source.literals[1].start]
            for literal in source.literals:
                raw = text[literal.start + 1 : literal.end - 1]
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
        literals: Its JSON strings in order.
        is_list: Whether they are the elements of a list.
        glue: What joins them: nothing, or the line break that nbformat 3 may leave out.
        text: The whole source.
        starts: Where each literal starts in the text.
    """

    literals: tuple[Literal, ...]
    is_list: bool
    glue: str
    text: str
    starts: tuple[int, ...]

    @classmethod
    def of(cls, literals: Sequence[Literal], *, is_list: bool, before_4: bool) -> CellSource:
        """Join the strings of a source as Jupyter does."""
        # nbformat/v3/rwbase.py: lines were once written without their breaks; the first line tells which it is.
        glue = "\n" if before_4 and is_list and not literals[0].value.endswith(("\n", "\r")) else ""
        starts: list[int] = []
        at = 0
        for literal in literals:
            starts.append(at)
            at += len(literal.value) + len(glue)
        return cls(tuple(literals), is_list, glue, glue.join(literal.value for literal in literals), tuple(starts))

    def replace(self, text: str, edits: Sequence[TextEdit], style: LiteralStyle) -> list[tuple[int, int, str]]:
        """Turn edits of this source into replaced spans of the notebook's JSON, in order.

        Args:
            text: The JSON.
            edits: Edits of this cell, in order and without overlap.
            style: How to write new characters.
        """
        if not self.is_list:
            literal = self.literals[0]
            return [(literal.start, literal.end, f'"{self._new_raw(text, 0, 0, edits, style)}"')]
        spans = []
        for first, last, group in self._groups(edits):
            lines = _cut(self._new_raw(text, first, last, group, style))
            if self.glue:
                ends_source = last == len(self.literals) - 1
                if ends_source and (not lines or _ends_line(lines[-1])):
                    lines.append("")
                lines = [_without_break(line) for line in lines]
            spans.append(self._new_literals(text, first, last, lines, style))
        return spans

    def _groups(self, edits: Sequence[TextEdit]) -> list[tuple[int, int, list[TextEdit]]]:
        """Gather edits by the literals that they touch: the first, the last, the edits."""
        groups: list[tuple[int, int, list[TextEdit]]] = []
        for edit in edits:
            first = self._literal_at(edit.start)
            last = self._literal_at(edit.end - 1) if edit.end > edit.start else first
            group = [edit]
            # Neighbours are taken together, so that two of them never claim the comma between them.
            if groups and first <= groups[-1][1] + 1:
                first, last_before, before = groups.pop()
                last, group = max(last, last_before), [*before, edit]
            # A line that loses its break takes in the next one, as it does when Jupyter saves the notebook.
            while last < len(self.literals) - 1 and self.text[: self._end(last)].endswith("\n"):
                start, end = self.starts[first], self._end(last)
                moved = [(one.start - start, one.end - start, one.text) for one in group]
                new = replace_spans(self.text[start:end], moved)
                if not new or new.endswith("\n"):
                    break
                last += 1
            groups.append((first, last, group))
        return groups

    def _new_raw(self, text: str, first: int, last: int, edits: Sequence[TextEdit], style: LiteralStyle) -> str:
        """Apply edits to what stands between the quotes of some neighbouring literals."""
        raws = [self._raw(text, index) for index in range(first, last + 1)]
        bases = [0]
        for raw in raws:
            bases.append(bases[-1] + len(raw))

        def raw_offset(offset: int) -> int:
            if offset >= self._end(last):
                return bases[-1]
            index = self._literal_at(offset)
            return bases[index - first] + _raw_offset(raws[index - first], offset - self.starts[index])

        spans = [(raw_offset(edit.start), raw_offset(edit.end), style.escape(edit.text)) for edit in edits]
        return replace_spans("".join(raws), spans)

    def _new_literals(
        self, text: str, first: int, last: int, lines: list[str], style: LiteralStyle
    ) -> tuple[int, int, str]:
        """Make the JSON of some neighbouring literals from their new lines."""
        literals = self.literals
        start, end = literals[first].start, literals[last].end
        if not lines and last - first + 1 == len(literals):
            lines = [""]
        if not lines:
            if last + 1 < len(literals):
                return start, literals[last + 1].start, ""
            return literals[first - 1].end, end, ""
        between = [text[literals[index].end : literals[index + 1].start] for index in range(first, last)]
        if len(lines) - 1 > len(between):
            between += [self._separator(text, style)] * (len(lines) - 1 - len(between))
        parts = [f'"{lines[0]}"']
        for separator, line in zip(between, lines[1:], strict=False):
            parts += (separator, f'"{line}"')
        return start, end, "".join(parts)

    def _separator(self, text: str, style: LiteralStyle) -> str:
        if len(self.literals) > 1:
            return text[self.literals[0].end : self.literals[1].start]
        before = text[: self.literals[0].start]
        space = before[len(before.rstrip(" \t\r\n")) :]
        return f",{space}" if "\n" in space else style.separator

    def _raw(self, text: str, index: int) -> str:
        literal = self.literals[index]
        raw = text[literal.start + 1 : literal.end - 1]
        return raw + "\\n" if self.glue and index < len(self.literals) - 1 else raw

    def _literal_at(self, offset: int) -> int:
        return bisect_right(self.starts, offset) - 1

    def _end(self, index: int) -> int:
        return self.starts[index + 1] if index + 1 < len(self.starts) else len(self.text)


def _raw_offset(raw: str, offset: int) -> int:
    """Give the place in a JSON string's raw form of a character of its value."""
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
