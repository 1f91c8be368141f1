"""Plain Python files."""

from __future__ import annotations

import re

from codemod.documents.base import Cell
from codemod.documents.encoding import SourceText
from codemod.documents.placement import TextDocument, stretch

# A line that can only be a magic or shell line, or goes on with a `%` or `!=` expression.
_SUSPECT = re.compile(r"(?:\A|[\r\n])[ \t\f]*[%!?]")
# How nbconvert writes `%run other.ipynb` when it exports a notebook as a script.
_EXPORTED_RUN = re.compile(r"""get_ipython\(\)\.(?:run_line_magic\(\s*u?['"]run['"]|magic\(\s*u?['"]%?run )""")


def open_python(source: SourceText) -> TextDocument:
    """Read a plain Python file as one cell.

    Scripts that were saved from a notebook by hand hold raw ``%pip`` and ``!ls`` lines. These are masked only if the
    file does not parse as it stands, so that valid Python is never touched.
    """
    text = code = source.text
    runs_other = "get_ipython" in text and _EXPORTED_RUN.search(text) is not None
    if _SUSPECT.search(text):
        from codemod.documents.ipython import mask_lines, parses

        if not parses(text):
            masked = mask_lines(text, escapes="%!?")
            code, runs_other = masked.code, runs_other or masked.runs_other
    return TextDocument("python", source, (Cell(text, code),), (stretch(0),), runs_other)
