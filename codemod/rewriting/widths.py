"""Keeps the calls that a fix makes longer within the line length of their file."""

from __future__ import annotations

import re

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.rewriting.edits import CallChange, FitWidth, Operation

_WIDTHS = (88, 100, 120)  # black's, and what many choose instead
# Tools look for these on the line of what they are about; on another line they would silence nothing, or something else.
_PRAGMA = re.compile(r"#\s*(noqa|type:|pylint:|pragma:|pyright:|nosec|fmt:|mypy:)", re.IGNORECASE)
_BREAK = re.compile(r"\r\n|\r|\n")
_REST = re.compile(r"[^\r\n]*")


def fitted(change: CallChange, context: Context, *, further_in: int = 0) -> tuple[Operation, ...]:
    """Return the operations of a change, with one that keeps the call within the line length of its file.

    Args:
        change: What is to become of a call.
        context: The namespace.
        further_in: By how many characters the call will be indented further than it is.
    """
    lines = context.lines(context.cell(change.call))
    start, end = lines.span(change.call)
    first = max(lines.text.rfind("\n", 0, start), lines.text.rfind("\r", 0, start)) + 1
    before = lines.text[first:start]
    rest = _REST.match(lines.text, end)
    behind = rest[0] if rest is not None else ""
    if _PRAGMA.search(behind) or not lines.is_python(first, end):
        return change.operations
    indent = before[: len(before) - len(before.lstrip())]
    newline = _BREAK.search(lines.text)
    return (
        *change.operations,
        FitWidth(_width(context), indent, len(before) + further_in, len(behind), newline[0] if newline else "\n"),
    )


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
