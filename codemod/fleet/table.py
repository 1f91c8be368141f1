"""The table on the terminal: a line for each repository, in the order of work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from codemod.fleet.order import Rank
from codemod.fleet.running import RepositoryState
from codemod.fleet.totals import Totals, sentence
from codemod.reports import phrases
from codemod.reports.escaping import printable
from codemod.reports.lines import Line

_HEADS = ("", "repository", "must", "wait", "fixed", "open", "MLflow", "servers", "last change", "state")
_NUMBERS = (0, 2, 3, 4, 5)
_WIDTHS = {1: 40, 6: 20, 7: 36}
_STYLES: dict[RepositoryState, str] = {
    "nothing left": "green", "open": "yellow", "not all read": "red", "failed": "bold red", "not reached": "dim",
}  # fmt: skip


def table_lines(places: Sequence[Rank], found: Totals) -> Iterator[Line]:
    """Return the lines of the table, what failed and why, and the sum."""
    rows = [_HEADS, *(_row(place) for place in places)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(_HEADS))]
    for number, row in enumerate(rows):
        cells = [
            cell.rjust(width) if index in _NUMBERS else cell.ljust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        style = _STYLES[places[number - 1].result.state] if number else "bold"
        yield ("  ".join(cells[:-1]) + "  ", "bold" if not number else ""), (cells[-1].rstrip(), style)
    yield (("", ""),)
    for place in places:
        yield from _said(place)
    yield ((sentence(found), "bold"),)


def _row(place: Rank) -> tuple[str, ...]:
    result, record = place.result, place.result.seen
    state = result.state
    if record is None:
        cells = ("", "", "", "", "", "", "")
    else:
        cells = (
            str(record.must),
            str(record.can_wait),
            str(record.fixed),
            str(record.open),
            ", ".join(record.pins) or "–",
            ", ".join(record.servers) or "–",
            record.date[:10],
        )
    row = (str(place.number or ""), result.entry.name, *cells, state + (" (as before)" if result.is_known else ""))
    return tuple(_cut(printable(cell), _WIDTHS.get(index)) for index, cell in enumerate(row))


def _cut(text: str, width: int | None) -> str:
    return text if width is None or len(text) <= width else f"{text[: width - 1]}…"


def _said(place: Rank) -> Iterator[Line]:
    """Return what the table has no room for."""
    result, record = place.result, place.result.seen
    name = printable(result.entry.name)
    if result.failure:
        yield ((f"{name}: ", ""), (printable(result.failure), "red"))
    if record is None:
        return
    if place.reason and place.number:
        yield ((f"{name}: {place.reason}", "dim"),)
    if record.unread:
        yield ((f"{name}: {phrases.number(record.unread, 'file')} could not be analysed, wholly or in part", "red"),)
    for remark in record.remarks:
        yield ((f"{name}: {printable(remark)}", "yellow"),)
    if record.verified is not None:
        yield ((f"{name}: verify: {printable(record.verified.said)}", ""),)
    if record.applied is not None and record.applied.push:
        yield ((f"{name}: to push, run {printable(record.applied.push)}", ""),)
