"""Keeps the calls that a fix makes longer within the line length of their file."""

from __future__ import annotations

import functools
import re

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.rewriting.edits import CallChange, FitWidth, Operation

_WIDTHS = (88, 100, 120)  # black's, and what many choose instead
# Tools look for these on the line of what they are about; on another line they would silence nothing, or something else.
_PRAGMA = re.compile(r"#\s*(noqa|type:|pylint:|pragma:|pyright:|nosec|fmt:|mypy:)", re.IGNORECASE)
_BREAK = re.compile(r"\r\n|\r|\n")


def fitted(change: CallChange, context: Context, *, further_in: int = 0) -> tuple[Operation, ...]:
    """Return the operations of a change, with one that keeps the call within the line length of its file.

    Args:
        change: What is to become of a call.
        context: The namespace.
        further_in: By how many characters the call will be indented further than it is.
    """
    lines = context.lines(context.cell(change.call))
    start, end = lines.span(change.call)
    first, before = lines.line_around(start)
    last, behind = lines.line_around(end)
    if _last_pragma(behind) >= end - last or not lines.is_python(first, end):
        return change.operations
    indent = before[: min(len(before) - len(before.lstrip()), start - first)]
    newline = _BREAK.search(lines.text)
    wide, left = start - first + further_in, last + len(behind) - end
    return (*change.operations, FitWidth(_width(context), indent, wide, left, newline[0] if newline else "\n"))


@functools.lru_cache(maxsize=16)
def _last_pragma(line: str) -> int:
    """Return where the last comment that speaks to a tool begins in a line; -1 without one. One line may have thousands of calls."""
    return max((found.start() for found in _PRAGMA.finditer(line)), default=-1)


@once
def _width(context: Context) -> int:
    """Return the line length of the project or, where it has none, that of the document's code.

    This is the smallest of the usual limits that all lines keep, but for one in a hundred. Comments do not count: no formatter wraps them.
    """
    if context.settings.line_length:
        return context.settings.line_length
    lines = [line for line in context.text.splitlines() if not line.lstrip().startswith("#")]
    kept = (limit for limit in _WIDTHS if sum(len(line) > limit for line in lines) * 100 <= len(lines))
    return next(kept, _WIDTHS[-1])
