"""Databricks notebooks in source form: ``# Databricks notebook source``, commands between ``# COMMAND ----------``."""

from __future__ import annotations

import re

from codemod.documents.base import Cell
from codemod.documents.encoding import SourceText
from codemod.documents.ipython import mask_lines, parses
from codemod.documents.placement import Placement, TextDocument, stretch, without_prefixes
from codemod.documents.reading import CellReader

_SEPARATOR = re.compile(r"(?:\A|(?<=[\r\n]))# COMMAND -{10}[ \t]*(?:\r\n|\r|\n|\Z)")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
# Comments and blank lines that Databricks puts in front of a command's own lines.
_PREAMBLE = re.compile(r"(?:[ \t\f]*(?:\r\n|\r|\n)|# (?:DBTITLE|Databricks notebook source)[^\r\n]*(?:\r\n|\r|\n))*")
_MAGIC = re.compile(r"# MAGIC(?: |(?=[\r\n]|\Z))")
# The start of a command that goes on with the block above it.
_CONTINUES = re.compile(r"(?:[ \t\f]*(?:#[^\r\n]*)?(?:\r\n|\r|\n))*(?:[ \t]+[^\s#]|(?:else|elif|except|finally)\b)")


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
        whole = mask_lines(text).code
        if parses(whole):
            cells, placements = [Cell(text, whole)], [stretch(0)]
    unread = tuple(reader.unread)
    return TextDocument("databricks", source, tuple(cells), tuple(placements), reader.runs_other, unread)


def _commands(text: str) -> list[tuple[int, int, int]]:
    """Give the number, start and end of every command."""
    separators = list(_SEPARATOR.finditer(text))
    starts = [0, *(separator.end() for separator in separators)]
    ends = [*(separator.start() for separator in separators), len(text)]
    return [(number, start, end) for number, (start, end) in enumerate(zip(starts, ends, strict=True), 1)]


def _may_be_torn(text: str) -> bool:
    return (
        _CONTINUES.match(text) is not None
        or any(text.count(left) != text.count(right) for left, right in ("()", "[]", "{}"))
        or any(text.count(quotes) % 2 for quotes in ('"""', "'''"))
    )


def _pieces(text: str, start: int, end: int) -> list[tuple[str, Placement, int]]:
    """Split a command into its ``# MAGIC`` lines and what follows them: text, placement and start in the file."""
    preamble = _PREAMBLE.match(text, start, end)
    at = preamble.end() if preamble else start
    if not _MAGIC.match(text, at, end):
        return [(text[start:end], stretch(start), start)]
    lines: list[tuple[int, int]] = []
    first = at
    while at < end and (prefix := _MAGIC.match(text, at, end)):
        line = _LINE.match(text, at, end)
        assert line is not None  # it matches everywhere
        lines.append((prefix.end(), line.end()))
        at = line.end()
    pieces = [(*without_prefixes(lines, text, "# MAGIC "), first)]
    if text[at:end].strip():
        pieces.append((text[at:end], stretch(at), at))
    return pieces


def _line_breaks(text: str, start: int, end: int) -> int:
    return text.count("\n", start, end) + text.count("\r", start, end) - text.count("\r\n", start, end)
