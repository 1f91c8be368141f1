"""Databricks notebooks in source form: ``# Databricks notebook source``, commands between ``# COMMAND ----------``."""

from __future__ import annotations

import re

from codemod.documents.base import Cell
from codemod.documents.encoding import SourceText
from codemod.documents.ipython import mask_lines, parses
from codemod.documents.lines import after_comments, line_end, line_spans
from codemod.documents.placement import Placement, TextDocument, stretch, without_prefixes
from codemod.documents.reading import CellReader

_SEPARATOR = re.compile(r"(?:\A|(?<=[\r\n]))# COMMAND -{10}[ \t]*(?:\r\n|\r|\n|\Z)")
_COMMENT = re.compile(r"(?:\A|(?<=[\r\n]))#(?! (?:DBTITLE|Databricks notebook source)\b)")
_MAGIC_WORD = re.compile(r"# MAGIC\b")
_MAGIC = re.compile(r"# MAGIC(?: |(?=[\r\n]|\Z))")

_LATER_MAGIC = re.compile(r"(?<=[\r\n])# MAGIC (?:%(?:pip|conda|uv)\b|!)")
# The start of a command that goes on with the block above it.
_CONTINUES = re.compile(r"[ \t]+[^\s#]|(?:else|elif|except|finally)\b")


def open_databricks(source: SourceText) -> TextDocument:
    """Read a Databricks source notebook, one cell for each command of Python.

    Databricks runs the commands one after the other in one namespace, so each is parsed for itself: a broken one costs
    the others nothing. A command under ``# MAGIC`` is read without that prefix, as the notebook shows it: its columns
    count from there, its lines are those of the file. So Python after ``# MAGIC %pip install x`` and under
    ``# MAGIC %python`` is found. Where a separator stands inside a statement and the file as a whole is Python all the
    same (it runs as a script, not on Databricks), the file is one cell.
    """
    text = source.text
    reader = CellReader(databricks=True)
    placements: list[Placement] = []
    line = 1
    counted = 0
    for number, start, end in _commands(text):
        for piece, place, at in _pieces(text, start, end):
            line += _line_breaks(text, counted, at)
            counted = at
            if reader.read(piece, first_line=line, number=number):
                placements.append(place)
    cells = reader.cells
    if any(_may_be_torn(cell.text) for cell in cells) and not all(parses(cell.code) for cell in cells):
        whole = mask_lines(text)
        if parses(whole):
            cells, placements = [Cell(text, whole)], [stretch(0)]
    unread = tuple(reader.unread)
    return TextDocument("databricks", source, tuple(cells), tuple(placements), unread)


def _commands(text: str) -> list[tuple[int, int, int]]:
    """Return the number, start and end of every command."""
    separators = list(_SEPARATOR.finditer(text))
    starts = [0, *(separator.end() for separator in separators)]
    ends = [*(separator.start() for separator in separators), len(text)]
    return [(number, start, end) for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)]


def _may_be_torn(text: str) -> bool:
    return (
        _CONTINUES.match(text, after_comments(text)) is not None
        or any(text.count(left) != text.count(right) for left, right in ("()", "[]", "{}"))
        or any(text.count(quotes) % 2 for quotes in ('"""', "'''"))
    )


def _pieces(text: str, start: int, end: int) -> list[tuple[str, Placement, int]]:
    """Split a command into its ``# MAGIC`` lines and what stands around them: text, placement and start in the file.

    A command of Python holds its installations and shell lines as ``# MAGIC %pip`` and ``# MAGIC !ls``; other lines with
    that prefix below Python are comments.
    """
    pieces: list[tuple[str, Placement, int]] = []
    at = _after_preamble(text, start, end)
    while at < end:
        if not _MAGIC.match(text, at, end):
            command = _LATER_MAGIC.search(text, at, end)
            at = command.start() if command else end
            continue
        if _COMMENT.search(text, start, at) or (text[start:at].strip() and _after_preamble(text, start, at) < at):
            pieces.append((text[start:at], stretch(start), start))
        magic: list[tuple[int, int]] = []
        first = at
        while at < end and (prefix := _MAGIC.match(text, at, end)):
            after = line_end(text, at, end)
            magic.append((prefix.end(), after))
            at = after
        pieces.append((*without_prefixes(magic, text, "# MAGIC "), first))
        start = at
    if not pieces or text[start:end].strip():
        pieces.append((text[start:end], stretch(start), start))
    return pieces


def _after_preamble(text: str, start: int, end: int) -> int:
    """Return where a command's own lines start, after blank lines and comments: Databricks', and people's above a `%pip`."""
    for at, after in line_spans(text, start, end):
        line = text[at:after]
        is_comment = line[0] == "#" and _MAGIC_WORD.match(line) is None
        if line[-1] not in "\r\n" or not (is_comment or not line.strip(" \t\f\r\n")):
            return at
    return end


def _line_breaks(text: str, start: int, end: int) -> int:
    return text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
