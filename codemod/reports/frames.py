"""The code around a finding: its lines with the place marked, and what its fix makes of them."""

from __future__ import annotations

from collections.abc import Iterator

from codemod.findings import Finding, Outcome
from codemod.reports.escaping import printable
from codemod.reports.lines import Line
from codemod.sources import Source, shortened

_CONTEXT = 1
_MOST = 8
_STYLES = {"+": "green", "-": "red", "@": "dim"}


def frame(outcome: Outcome, finding: Finding) -> Iterator[Line]:
    """Return the lines of a finding's place, the place underlined, and the difference that its fix makes.

    Without the bytes of the input, which a run may have let go of, only the first line is known.
    """
    source = Source.of(outcome)
    if not source.knows(finding):
        yield (
            (f"  {finding.location.line:>5} | ", "dim"),
            (_visible(shortened(finding.source_line, finding.location.column)), ""),
        )
        return
    difference = source.difference(finding)
    if difference:
        yield from (((f"        {_visible(line)}", _STYLES.get(line[:1], "")),) for line in difference)
        return
    yield from _marked(source, finding)


def _marked(source: Source, finding: Finding) -> Iterator[Line]:
    location = finding.location
    text = source.cells[location.cell].replace("\r\n", "\n").replace("\r", "\n").split("\n")
    first = source.first_line(location.cell)
    start = max(location.line - _CONTEXT, first)
    end = min(location.end_line + _CONTEXT, first + len(text) - 1, start + _MOST)
    for number in range(start, end + 1):
        line = text[number - first]
        yield ((f"  {number:>5} | ", "dim"), (_visible(line), ""))
        if location.line <= number <= location.end_line:
            begin = location.column - 1 if number == location.line else len(line) - len(line.lstrip())
            last = location.end_column - 1 if number == location.end_line else len(line.rstrip())
            before = len(_visible(line[:begin]))
            marks = "^" * max(len(_visible(line[begin:last])), 1)
            yield (("        | ", "dim"), (" " * before + marks, "yellow"))


def _visible(line: str) -> str:
    return printable(line.rstrip("\r\n").replace("\t", "    "))
