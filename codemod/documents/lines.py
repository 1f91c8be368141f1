r"""The lines of a string: ``\r\n``, ``\r`` and ``\n`` end one, as for Python's parser. Each scanner reads a line once."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

_CONTENT = re.compile(r"[^\r\n]*")
_BLANKS = " \t\f"


def line_end(text: str, at: int, end: int | None = None) -> int:
    """Return where the next line starts, seen from a place in a line; ``end`` where there is none."""
    limit = len(text) if end is None else end
    content = _CONTENT.match(text, at, limit)
    stop = content.end() if content is not None else limit
    if text.startswith("\r\n", stop, limit):
        return stop + 2
    return min(stop + 1, limit)


def line_spans(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Return the start and end of every line from a place on; the end comes after the line break."""
    limit = len(text) if end is None else end
    at = start
    while at < limit:
        after = line_end(text, at, limit)
        yield at, after
        at = after


def after_comments(text: str, at: int = 0) -> int:
    """Return where the first line starts that is neither blank nor a comment, or that has no line break."""
    for start, end in line_spans(text, at):
        line = text[start:end]
        if line[-1] not in "\r\n" or line.lstrip(_BLANKS)[0] not in "#\r\n":
            return start
    return len(text)


def common_indent(text: str) -> str:
    """Return the blanks with which all lines begin that have more than blanks."""
    for old, new in zip(text.splitlines(), textwrap.dedent(text).splitlines(), strict=False):
        if new.strip():
            return old[: len(old) - len(new)]
    return ""
