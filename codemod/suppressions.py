"""Comments that silence: ``# noqa: MLF101`` for a line, ``# codemod: skip-file`` for a file.

A bare ``# noqa`` does not count: it was written for other tools and would hide code that fails on MLflow 3.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_NOQA = re.compile(r"#\s*noqa\s*:\s*(?P<codes>[A-Z]+[0-9]+(?:[\s,]+[A-Z]+[0-9]+)*)", re.IGNORECASE)
_SKIP_FILE = re.compile(r"^[ \t]*#[ \t]*codemod:[ \t]*skip-file\b", re.MULTILINE)


def silences(lines: Iterable[str], code: str) -> bool:
    """Whether one of the lines carries a ``noqa`` for the code."""
    for line in lines:
        for found in _NOQA.finditer(line):
            if code in re.split(r"[\s,]+", found["codes"].upper()):
                return True
    return False


def skips_file(text: str) -> bool:
    """Whether the text asks to leave its file alone."""
    return "skip-file" in text and _SKIP_FILE.search(text) is not None
