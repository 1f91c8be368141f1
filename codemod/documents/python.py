"""Plain Python files."""

from __future__ import annotations

import re

from codemod.documents.base import Cell
from codemod.documents.encoding import SourceText
from codemod.documents.placement import TextDocument, stretch

# Not `% (a, b)` and `!= b`, with which the lines of long expressions start.
_MAGIC = re.compile(r"%%?[A-Za-z]|!(?!=)|\?\??[A-Za-z_]")
# How nbconvert writes `%run other.ipynb` when it exports a notebook as a script.
_EXPORTED_RUN = re.compile(r"""get_ipython\(\)\.(?:run_line_magic\(\s*u?['"]run['"]|magic\(\s*u?['"]%?run )""")


def open_python(source: SourceText) -> TextDocument:
    """Read a plain Python file as one cell.

    Scripts that were saved from a notebook by hand hold raw ``%pip`` and ``!ls`` lines. These are masked only if the
    file does not parse as it stands, so that valid Python is never touched.
    """
    text = code = source.text
    runs_other = "get_ipython" in text and _EXPORTED_RUN.search(text) is not None
    if _is_suspect(text):
        from codemod.documents.ipython import mask_lines, parses

        if not parses(text):
            masked = mask_lines(text, escapes="%!?")
            code, runs_other = masked.code, runs_other or masked.runs_other
    return TextDocument("python", source, (Cell(text, code),), (stretch(0),), runs_other)


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
