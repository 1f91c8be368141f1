"""Where the source of each cell stands in the JSON of a notebook.

The standard library's decoder does the work: what is not asked for is decoded, and so checked, in one call to its C
scanner, which also says where the value ends. Only the few keys on the way to the sources are walked in Python.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

_decode = json.JSONDecoder().raw_decode
_SPACE = re.compile(r"[ \t\n\r]*")


@dataclass(slots=True)
class RawCell:
    """A cell as it stands in the JSON.

    Attributes:
        values: Its plain members: type, metadata, language.
        source: The source, or None when the cell has none.
        source_start: Where the source starts in the JSON.
    """

    values: dict[str, Any] = field(default_factory=dict)
    source: str | list[str] | None = None
    source_start: int = 0


@dataclass(slots=True)
class RawNotebook:
    """The parts of a notebook that say what its code is.

    Attributes:
        values: ``nbformat`` and ``metadata``, as far as they are there.
        cells: All cells in order; None when the JSON has no list of cells.
    """

    values: dict[str, Any] = field(default_factory=dict)
    cells: list[RawCell] | None = None


def scan(text: str) -> RawNotebook:
    """Read a notebook's JSON.

    Raises:
        json.JSONDecodeError: If the text is no JSON.
        TypeError: If it is JSON but not built as a notebook; the message says what is wrong.
        RecursionError: If it is nested too deeply.
    """
    notebook = RawNotebook()
    in_worksheet = False

    def cells(at: int) -> int:
        found: list[RawCell] = []
        end = _array(text, at, lambda where: _cell(text, where, found))
        notebook.cells = (notebook.cells or []) + found if in_worksheet else found
        return end

    def worksheets(at: int) -> int:
        nonlocal in_worksheet
        in_worksheet = True
        notebook.cells = []
        return _array(text, at, lambda where: _object(text, where, {"cells": cells}, {}))

    keep = dict.fromkeys(("nbformat", "metadata"), notebook.values)
    start = _skip(text, 0)
    if text[start : start + 1] != "{":
        _decode(text, start)  # raises if this is no JSON at all
        raise TypeError("its JSON is not an object")
    end = _skip(text, _object(text, start, {"cells": cells, "worksheets": worksheets}, keep))
    if end != len(text):
        raise json.JSONDecodeError("Extra data", text, end)
    return notebook


def literal_spans(text: str, at: int) -> list[tuple[int, int]]:
    """Return the places, quotes included, of the strings of the source at ``at``: a string, or a list of them."""
    spans: list[tuple[int, int]] = []

    def literal(start: int) -> int:
        spans.append((start, _decode(text, start)[1]))
        return spans[-1][1]

    if text[at] == "[":
        _array(text, at, literal)
    else:
        literal(at)
    return spans


def _cell(text: str, at: int, cells: list[RawCell]) -> int:
    cell = RawCell()

    def source(where: int) -> int:
        value, end = _decode(text, where)
        lines = value if isinstance(value, list) else [value]
        if not all(isinstance(line, str) for line in lines):
            raise TypeError(f"the source of cell {len(cells) + 1} is neither text nor a list of lines")
        cell.source, cell.source_start = value, where
        return end

    keep = dict.fromkeys(("cell_type", "metadata", "language"), cell.values)
    end = _object(text, at, {"source": source, "input": source}, keep)
    cells.append(cell)
    return end


def _object(text: str, at: int, walk: dict[str, Callable[[int], int]], keep: dict[str, dict[str, Any]]) -> int:
    """Walk the members of the object at ``at``, and give its end.

    A key in ``walk`` has its value read by the function there; a key in ``keep`` has it decoded into the dictionary
    there. All others are decoded and dropped. Of two equal keys the later one counts, as for every JSON reader.
    """
    if text[at : at + 1] != "{":
        _decode(text, at)
        raise TypeError(f"expected an object in {_where(text, at)}")
    at = _skip(text, at + 1)
    if text[at : at + 1] == "}":
        return at + 1
    while True:
        if text[at : at + 1] != '"':
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        key, at = _decode(text, at)
        at = _skip(text, at)
        if text[at : at + 1] != ":":
            raise json.JSONDecodeError("Expecting ':' delimiter", text, at)
        at = _skip(text, at + 1)
        if key in walk:
            at = walk[key](at)
        else:
            value, at = _decode(text, at)
            if key in keep:
                keep[key][key] = value
        at = _skip(text, at)
        if text[at : at + 1] == "}":
            return at + 1
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _skip(text, at + 1)


def _array(text: str, at: int, walk: Callable[[int], int]) -> int:
    """Have every element of the array at ``at`` read by ``walk``, and give the array's end."""
    if text[at : at + 1] != "[":
        _decode(text, at)
        raise TypeError(f"expected a list in {_where(text, at)}")
    at = _skip(text, at + 1)
    if text[at : at + 1] == "]":
        return at + 1
    while True:
        at = _skip(text, walk(at))
        if text[at : at + 1] == "]":
            return at + 1
        if text[at : at + 1] != ",":
            raise json.JSONDecodeError("Expecting ',' delimiter", text, at)
        at = _skip(text, at + 1)


def _skip(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _where(text: str, at: int) -> str:
    return f"line {text.count(chr(10), 0, at) + 1}"
