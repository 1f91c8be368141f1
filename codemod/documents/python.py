"""Plain Python files."""

from __future__ import annotations

import re

from codemod.documents import scripts
from codemod.documents.base import Cell
from codemod.documents.encoding import SourceText
from codemod.documents.lines import line_spans
from codemod.documents.placement import Placement, TextDocument, stretch, without_prefixes
from codemod.documents.string_programs import string_programs

# Not `% (a, b)` and `!= b`, with which the lines of long expressions start.
_MAGIC = re.compile(r"%%?[A-Za-z]|!(?!=)|\?\??[A-Za-z_]")
_HEADER = re.compile(r"(?m)^# /// script[ \t]*\r?$")
_PREFIX = "# "


def open_python(source: SourceText) -> TextDocument:
    """Read a plain Python file: one cell, and one for each program that it keeps in a string.

    Scripts that were saved from a notebook by hand hold raw ``%pip`` and ``!ls`` lines. These are masked only if the
    file does not parse as it stands, so that valid Python is never touched.
    """
    text = code = source.text
    if _is_suspect(text):
        from codemod.documents.ipython import mask_lines, parses

        if not parses(text):
            code = mask_lines(text, escapes="%!?")
    parts = [(Cell(text, code), stretch(0))]
    header = _header(text)
    if header is not None:
        body, place, first_line = header
        # What follows the first line is TOML; for Python it is nothing.
        cell = Cell(body, scripts.masked(body) or "", first_line, namespace=1, label="the script's header")
        parts.append((cell, place))
    programs, unread = string_programs(text, namespace=len(parts))
    cells, placements = zip(*parts, *programs, strict=True)
    return TextDocument("python", source, cells, placements, unread)


def _header(text: str) -> tuple[str, Placement, int] | None:
    """Return the block of comments in which a script names what it needs (PEP 723), if it may speak of MLflow."""
    found = _HEADER.search(text) if "# /// script" in text and "mlflow" in text else None
    if found is None:
        return None
    stretches: list[tuple[int, int]] = []
    for start, end in line_spans(text, found.start()):
        line = text[start:end].rstrip()
        if not line.startswith("#") or (stretches and line == "# ///"):
            break
        stretches.append((start + len(_PREFIX) if line.startswith(_PREFIX) else start + 1, end))
    body, place = without_prefixes(stretches, text, _PREFIX)
    return body, place, 1 + text.count("\n", 0, found.start())


def _is_suspect(text: str) -> bool:
    """Tell whether a line looks like IPython's. It may also stand in a string."""
    # The signs are rare, and to look for them is twenty times faster than a regular expression for such lines.
    for sign in "%!?":
        at = text.find(sign)
        while at >= 0:
            before = at - 1
            while before >= 0 and text[before] in " \t\f":
                before -= 1
            if (before < 0 or text[before] in "\r\n") and _MAGIC.match(text, at):
                return True
            at = text.find(sign, at + 1)
    return False
