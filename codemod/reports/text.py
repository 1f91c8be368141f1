"""The report for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from codemod.findings import Outcome, State
from codemod.reports.base import Counts, Report, left, place, remedy
from codemod.reports.escaping import for_line, printable

Segment = tuple[str, str]
"""Text and its style, in the words of rich: ``("MLF101", "bold yellow")``."""

Line = tuple[Segment, ...]

REMEDIES = {
    "safe": ("[safe fix]", "green"),
    "unsafe": ("[unsafe fix]", "yellow"),
    "by hand": ("[by hand]", "magenta"),
}
"""What a report calls each remedy of a finding, and in which style."""


_STATES = {State.BY_HAND: "to be decided by hand"}


def lines(report: Report) -> Iterator[Line]:
    """Return the lines: what is left first, inputs that need a person before the others; totals last."""
    blank = False
    for outcome in _by_need(report.outcomes):
        for finding in left(outcome):
            blank = True
            label, style = REMEDIES[remedy(finding)]
            yield (
                (f"{printable(place(outcome.path, finding))}: ", "cyan"),
                (f"{finding.code} ", "bold"),
                (f"{printable(finding.message)} ", ""),
                (label, style),
            )
    others = list(_others(report))
    if others and blank:
        yield ()
    yield from others
    if others or blank:
        yield ()
    yield from _totals(report)


def plain(report: Report) -> str:
    """Return the report as text without colours."""
    return "".join(for_line("".join(text for text, _ in line)) + "\n" for line in lines(report))


def _by_need(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Sort inputs so that those with something that only a person can fix come first."""
    return sorted(outcomes, key=lambda outcome: not any(remedy(finding) == "by hand" for finding in left(outcome)))


def _others(report: Report) -> Iterator[Line]:
    """Return one line for each input that was written, could not be analysed, or was skipped."""
    for outcome in report.outcomes:
        fixed = Counter(finding.code for finding in outcome.findings if finding.fixed)
        if fixed:
            codes = ", ".join(f"{code} ×{number}" if number > 1 else code for code, number in sorted(fixed.items()))
            yield (("changed ", "green"), (printable(outcome.path), "bold"), (f": {codes}", ""))
    for outcome in report.outcomes:
        for note in outcome.notes:
            yield (("note ", "yellow"), (printable(outcome.path), "bold"), (f": {printable(note)}", ""))
    for outcome in report.outcomes:
        if outcome.state is State.SKIPPED:
            yield (("skipped ", "dim"), (printable(outcome.path), "bold"), (f": {printable(outcome.reason)}", ""))
    for outcome in report.outcomes:
        reasons = [*([outcome.reason] if outcome.state is State.FAILED else []), *outcome.problems]
        for reason in reasons:
            word = "failed " if reason == outcome.reason else "not analysed "
            yield ((word, "bold red"), (printable(outcome.path), "bold"), (f": {printable(reason)}", ""))


def _totals(report: Report) -> Iterator[Line]:
    counts = report.counts
    yield ((f"{_number(counts.inputs, 'file')}: {_states(report)}", "bold"),)
    yield from (((text, ""),) for text in _findings(report, counts))
    if report.interrupted:
        yield (("interrupted: not every file was looked at", "bold red"),)


def _states(report: Report) -> str:
    states = report.counts.states
    parts = [f"{number} {_STATES.get(state, state.value)}" for state, number in states.items() if number]
    return ", ".join(parts) or "nothing to look at"


def _findings(report: Report, counts: Counts) -> Iterator[str]:
    total = counts.fixed + counts.left + counts.suppressed
    if not total:
        return
    kinds = (
        (counts.fixed, "fixed"),
        (counts.safe, "with a safe fix"),
        (counts.unsafe, "with an unsafe fix"),
        (counts.by_hand, "by hand"),
        (counts.suppressed, "suppressed"),
    )
    yield f"{_number(total, 'finding')}: {', '.join(f'{number} {kind}' for number, kind in kinds if number)}"
    now = counts.safe + (counts.unsafe if report.settings.unsafe else 0)
    if now and report.mode != "apply":
        yield f"{_number(now, 'fix', 'fixes')} with apply"
    if counts.unsafe and not report.settings.unsafe:
        more = "more " if now or counts.fixed else ""
        yield f"{_number(counts.unsafe, f'{more}fix', f'{more}fixes')} with --unsafe"


def _number(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
