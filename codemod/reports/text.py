"""The report for people: where things stand and what is next, then what must be fixed first, each explanation once."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, TypeVar

from codemod.findings import Finding, Outcome, Severity, State
from codemod.reports import phrases
from codemod.reports.base import Report, left, place_text, reasons, remedy
from codemod.reports.escaping import for_line, printable
from codemod.reports.frames import frame
from codemod.reports.lines import Line, Segment
from codemod.rules import all_rules
from codemod.sources import shortened

Key = TypeVar("Key", bound=Hashable)

Layout = Literal["grouped", "full", "concise"]
LAYOUTS: tuple[Layout, ...] = ("grouped", "full", "concise")

STYLES = {"safe": "green", "unsafe": "yellow", "by hand": "magenta"}
"""The style of each remedy."""

_SEVERITIES = {
    Severity.BREAKS: "bold red",
    Severity.CHANGES: "bold yellow",
    Severity.DEPRECATED: "bold blue",
    Severity.ADVICE: "bold",
}
WIDTH = 120
"""The columns of a report that no terminal shows."""
# Longer lines of prose are hard to read.
_PROSE = 110
# Less than that of a line of source says nothing; what is cut can be read in the file.
_LEAST = 16
_MOST = 64
# Holds a tag of two words together while a message is wrapped.
_JOINT = "\u00a0"
_STEP = " " * len("Next: ")


@dataclass(frozen=True, slots=True)
class Options:
    """How the report is laid out.

    Attributes:
        layout: ``"grouped"`` explains each rule once and lists its places, ``"full"`` shows each place with its code and its
            fix, ``"concise"`` has one line for each finding.
        verbose: Whether all is listed: by default findings that can wait are only counted while others cannot.
        quiet: Whether only the findings are shown.
        steps: What to do next, one line each; nothing is said without any.
        width: The columns that a line may have.
    """

    layout: Layout = "grouped"
    verbose: bool = False
    quiet: bool = False
    steps: tuple[str, ...] = ()
    width: int = WIDTH


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    finding: Finding

    @property
    def place(self) -> str:
        return printable(place_text(self.outcome.path, self.finding))


def lines(report: Report, options: Options | None = None) -> Iterator[Line]:
    """Return the lines: what is left, the worst before the others, and where things stand.

    A run that writes nothing says first where things stand: its findings may fill many screens. One that wrote says it
    last, below what it did; so does ``"concise"``, whose first lines are for programs.
    """
    options = options or Options()
    found = [_Found(outcome, finding) for outcome in report.outcomes for finding in left(outcome)]
    found.sort(key=lambda each: each.finding.severity.rank)
    has_findings = bool(found)
    has_head = has_findings and report.mode != "apply" and options.layout != "concise" and not options.quiet
    if has_head:
        yield from _head(report, options)
        yield ()
    if options.layout == "concise":
        yield from map(_concise, found)
    else:
        yield from _by_severity(found, report, options)
    others = list(_others(report))
    if others and has_findings:
        yield ()
    yield from others
    if options.quiet:
        return
    if others or has_findings:
        yield ()
    yield from _remedies(report) if has_head else _totals(report, options)


def plain(report: Report, options: Options | None = None) -> str:
    """Return the report as text without colours."""
    return "".join(for_line("".join(text for text, _ in line)) + "\n" for line in lines(report, options))


def remedy_label(finding: Finding) -> Segment:
    """Return the remedy of a finding in brackets."""
    return f"[{phrases.REMEDIES[remedy(finding)]}]", STYLES[remedy(finding)]


def _concise(found: _Found) -> Line:
    finding = found.finding
    return (
        (f"{found.place}: ", "cyan"),
        (f"{finding.severity.value} ", _SEVERITIES[finding.severity]),
        (f"{finding.code} ", "bold"),
        (f"{printable(finding.message)} ", ""),
        remedy_label(finding),
    )


def _by_severity(found: list[_Found], report: Report, options: Options) -> Iterator[Line]:
    is_first = True
    for severity, group in groupby(found, key=lambda each: each.finding.severity):
        of_severity = list(group)
        if not is_first:
            yield ()
        can_wait = severity.rank >= Severity.DEPRECATED.rank and not is_first
        is_counted = can_wait and not options.verbose and options.layout == "grouped"
        yield from _heading(severity, len(of_severity), report, is_counted=is_counted)
        yield from _by_rule(of_severity, options, is_counted=is_counted)
        is_first = False


def _heading(severity: Severity, count: int, report: Report, *, is_counted: bool) -> Iterator[Line]:
    title, meaning = phrases.MEANINGS[severity]
    more = "; --verbose lists them" if is_counted else ""
    yield (
        (f"{title} on {phrases.target_name(report)}", _SEVERITIES[severity]),
        (f" - {phrases.number(count, 'finding')}: {meaning}{more}", "bold"),
    )


def _by_rule(found: list[_Found], options: Options, *, is_counted: bool) -> Iterator[Line]:
    rules = {rule.code: rule for rule in all_rules()}
    found = sorted(found, key=lambda each: each.finding.code)  # stable: by path and place within a rule
    for code, group in groupby(found, key=lambda each: each.finding.code):
        of_rule = list(group)
        name = f" {rules[code].name}" if code in rules else ""
        if is_counted:
            about = printable(rules[code].summary).removesuffix(".") if code in rules else ""
            yield ((f"{len(of_rule):5}  ", ""), (code, "bold"), (f"{name}: {about}", ""))
            continue
        yield ()
        many = f" ({len(of_rule)})" if len(of_rule) > 1 else ""
        yield ((code, "bold"), (f"{name}{many}", "bold"))
        yield from (_full if options.layout == "full" else _grouped)(of_rule, options.width)


def _grouped(found: list[_Found], columns: int) -> Iterator[Line]:
    """Show what MLflow does once, below it what is special of some places, and below that the places."""
    width = min(max(len(each.place) for each in found), _MOST, columns - _LEAST - 8)
    for general, of_general in _gathered(found, lambda each: phrases.split(each.finding.message)[0]):
        groups = list(
            _gathered(of_general, lambda each: (phrases.split(each.finding.message)[1], remedy(each.finding)))
        )
        if len(groups) > 1 or groups[0][0][0]:
            yield from _wrapped(printable(general), "  ", columns)
        for (special, _), of_special in groups:
            said, indent = (special, "    ") if special else ("", "    ") if len(groups) > 1 else (general, "  ")
            yield from _labelled(printable(said), indent, remedy_label(of_special[0].finding), columns)
            yield from (_listed(each, width, columns) for each in of_special)


def _labelled(said: str, indent: str, tag: Segment, columns: int) -> Iterator[Line]:
    """Wrap a message with a tag behind it, which stays in one piece."""
    text, style = tag
    *above, ((last, _),) = _wrapped(f"{said} {text.replace(' ', _JOINT)}", indent, columns)
    yield from above
    yield ((last[: -len(text)], ""), (text, style))


def _listed(found: _Found, width: int, columns: int) -> Line:
    source = printable(shortened(found.finding.source_line, found.finding.location.column).strip())
    room = columns - max(len(found.place), width) - 8
    shown = source if len(source) <= room else f"{source[: room - 1]}…" if room >= _LEAST else ""
    return (f"      {found.place:<{width}}", "cyan"), (f"  {shown}".rstrip(), "dim")


def _full(found: list[_Found], columns: int) -> Iterator[Line]:
    known: set[str] = set()
    for each in found:
        general, special = phrases.split(each.finding.message)
        # Each explanation stands once; where nothing is special, the code says all.
        said = "; ".join(part for part in (general, special) if part and part not in known)
        known.update((general, special))
        yield ()
        yield ((each.place, "cyan"), (" ", ""), remedy_label(each.finding))
        yield from _wrapped(printable(said), "  ", columns)
        yield from frame(each.outcome, each.finding)


def _gathered(found: Iterable[_Found], key: Callable[[_Found], Key]) -> Iterator[tuple[Key, list[_Found]]]:
    groups: dict[Key, list[_Found]] = {}
    for each in found:
        groups.setdefault(key(each), []).append(each)
    yield from groups.items()


def _wrapped(text: str, indent: str, columns: int) -> Iterator[Line]:
    width = min(columns, _PROSE) - len(indent)
    wrapped = textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    yield from (((f"{indent}{line}", ""),) for line in wrapped)


def _others(report: Report) -> Iterator[Line]:
    """Return one line for each input that was written, was skipped, or could not be analysed."""
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
        for reason in reasons(outcome):
            word = "failed " if outcome.state is State.FAILED and reason == outcome.reason else "not analysed "
            yield ((word, "bold red"), (printable(outcome.path), "bold"), (f": {printable(reason)}", ""))


def _head(report: Report, options: Options) -> Iterator[Line]:
    """Say on the first screen how much there is, how bad it is, and what to do next."""
    yield ((phrases.standing(report), _style(report)),)
    yield from _interrupted(report)
    yield from _files(report)
    yield from _steps(options)


def _remedies(report: Report) -> Iterator[Line]:
    yield ((f"Left: {phrases.remedies(report)}", "bold"),)


def _totals(report: Report, options: Options) -> Iterator[Line]:
    counts = report.counts
    yield from _files(report)
    done = [f"{count} {text}" for count, text in ((counts.fixed, "fixed"), (counts.suppressed, "suppressed")) if count]
    if counts.left:
        total = counts.left + counts.fixed + counts.suppressed
        found = ", ".join([*done, f"{counts.left} left" if done else phrases.remedies(report)])
        yield ((f"{phrases.number(total, 'finding')}: {found}", "bold"),)
        if done:
            yield ((f"Left: {phrases.remedies(report)}", ""),)
    elif done:
        yield ((f"{phrases.number(counts.fixed + counts.suppressed, 'finding')}: {', '.join(done)}", "bold"),)
    if counts.inputs:
        yield ((phrases.verdict(report), _style(report)),)
    yield from _interrupted(report)
    yield from _steps(options)


def _style(report: Report) -> str:
    counts = report.counts
    return "bold green" if not counts.left else "bold red" if counts.severities[Severity.BREAKS] else "bold yellow"


def _files(report: Report) -> Iterator[Line]:
    yield ((f"{phrases.number(report.counts.inputs, 'file')}: {phrases.states(report)}", "bold"),)


def _interrupted(report: Report) -> Iterator[Line]:
    if report.interrupted:
        yield (("interrupted: not every file was looked at", "bold red"),)


def _steps(options: Options) -> Iterator[Line]:
    for index, step in enumerate(options.steps):
        # Only a terminal breaks lines, and it would begin the next one at its left edge.
        is_narrow = options.width < WIDTH
        shown = textwrap.wrap(printable(step), options.width - len(_STEP)) if is_narrow else [printable(step)]
        for number, line in enumerate(shown):
            yield ((_STEP if index or number else "Next: ", "bold"), (line, ""))
