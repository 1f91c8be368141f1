"""The report as Markdown: for the summary of a workflow's step, a comment, or a page of documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codemod.findings import Finding, State
from codemod.reports.base import Report, left, place, reasons, remedy
from codemod.reports.checklist import Check, needy
from codemod.reports.compatibility import World
from codemod.reports.lines import printable
from codemod.reports.phrases import REMEDIES
from codemod.reports.statistics import by_folder, by_rule
from codemod.sources import Source

_STATUS = {"done": "✅ done", "open": "❌ open", "not applicable": "➖ not applicable"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!@$^])")


def render(report: Report, checks: Sequence[Check] = (), worlds: Sequence[World] | None = None) -> str:
    """Return the document.

    Args:
        report: A check.
        checks: The checklist, if there is one.
        worlds: The compatibility results, if there are any.
    """
    return "\n".join([*_head(report), *_checklist(checks), *_needy(report), *_tables(report), *_worlds(worlds), *_files(report)]) + "\n"  # fmt: skip


def escaped(text: str) -> str:
    """Write text so that every reader shows it as it is, in tables too."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def code(text: str) -> str:
    """Write text as a code span, whatever backticks stand in it."""
    shown = printable(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}" if shown.strip() else escaped(shown)


def message(text: str) -> str:
    """Write a message, whose backticks mark code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one backtick without its partner
        return escaped(text)
    return "".join((code(part) if part else "") if index % 2 else escaped(part) for index, part in enumerate(parts))


def summary(report: Report) -> str:
    """Say in one or two sentences where the project stands."""
    counts = report.counts
    bad = sum(bool(reasons(outcome)) for outcome in report.outcomes)
    parts = []
    if counts.left:
        files = sum(bool(left(outcome)) for outcome in report.outcomes)
        parts.append(
            f"{counts.left} finding{_s(counts.left)} left in {files} of {counts.inputs} file{_s(counts.inputs)}."
        )
        fixes = [
            f"{number} {verb} {how}"
            for number, verb, how in (
                (counts.safe, "can be fixed", "with `apply`"),
                (counts.unsafe, "can be fixed", "with `apply --unsafe`"),
                (counts.by_hand, "must be fixed", "by hand"),
            )
            if number
        ]
        parts.append(f"{', '.join(fixes)}.")
    else:
        parts.append(f"No findings left in {counts.inputs - bad} of {counts.inputs} file{_s(counts.inputs)}.")
    if bad:
        parts.append(f"{bad} file{_s(bad)} could not be analysed.")
    if report.interrupted:
        parts.append("The run was interrupted: not every file was looked at.")
    return " ".join(parts)


def _s(number: int) -> str:
    return "" if number == 1 else "s"


def _head(report: Report) -> Iterator[str]:
    yield "# MLflow 3 migration"
    yield ""
    yield message(summary(report))
    yield ""


def _checklist(checks: Sequence[Check]) -> Iterator[str]:
    if not checks:
        return
    yield from ("## Checklist", "", "| Item | State | Evidence |", "| --- | --- | --- |")
    for check in checks:
        yield f"| {_cell(check.title)} | {_STATUS[check.status]} | {_cell(check.evidence)} |"
    yield ""


def _cell(text: str) -> str:
    """Write a message in a table, where a bar ends a cell even in code."""
    return message(text) if "|" not in text else escaped(text.replace("`", ""))


def _needy(report: Report) -> Iterator[str]:
    outcomes = needy(report)
    if not outcomes:
        return
    yield from ("## Needs a person first", "")
    for outcome in outcomes:
        for reason in reasons(outcome):
            yield f"- {code(outcome.path)}: not analysed: {escaped(reason)}"
        for finding in left(outcome):
            if remedy(finding) == "by hand":
                yield f"- {code(place(outcome.path, finding))}: **{finding.code}** {message(finding.message)}"
    yield ""


def _tables(report: Report) -> Iterator[str]:
    rules = by_rule(report)
    if rules:
        yield from (
            "## Rules",
            "",
            "| Rule | Findings | Safe fix | Unsafe fix | By hand | Files |",
            f"| --- {'| ---: ' * 5}|",
        )
        for row in rules:
            yield f"| {row.name} | {row.total} | {row.safe} | {row.unsafe} | {row.by_hand} | {row.files} |"
        yield ""
    folders = by_folder(report)
    if folders:
        yield from ("## Folders", "", "| Folder | Without findings | Findings | By hand |", f"| --- {'| ---: ' * 3}|")
        for row in folders:
            yield f"| {escaped(row.name)} | {row.clean} of {row.files} | {row.total} | {row.by_hand} |"
        yield ""


def _worlds(worlds: Sequence[World] | None) -> Iterator[str]:
    if worlds is None:
        return
    yield from ("## Compatibility", "", "| Life cycle | Client | Server | Trained | Predictions | Result |")
    yield f"| --- {'| --- ' * 5}|"
    for world in worlds:
        ways = ", ".join(world.predicted) or "none"
        cells = (world.name or "life cycle", world.client, world.server, "yes" if world.trained else "no", ways)
        yield f"| {' | '.join(map(escaped, cells))} | {escaped(world.failure) if world.failure else 'passed'} |"
    yield ""


def _files(report: Report) -> Iterator[str]:
    if report.counts.left:
        yield from ("## Findings", "")
    for outcome in report.outcomes:
        findings = left(outcome)
        if not findings:
            continue
        yield from (f"### {escaped(outcome.path)}", "")
        source = Source.of(outcome)
        for finding in findings:
            where = code(place(outcome.path, finding))
            yield f"- {where}: **{finding.code}** {message(finding.message)} ({REMEDIES[remedy(finding)]})"
            yield from _difference(source, finding)
        yield ""
    skipped = [outcome for outcome in report.outcomes if outcome.state is State.SKIPPED]
    if skipped:
        yield from (
            "## Skipped",
            "",
            *(f"- {code(outcome.path)}: {escaped(outcome.reason)}" for outcome in skipped),
            "",
        )


def _difference(source: Source, finding: Finding) -> Iterator[str]:
    lines = [printable(line.replace("\t", "    ")) for line in source.difference(finding)]
    if lines:
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "\n".join(lines)) or [""]))
        yield from ("", f"  {fence}diff", *(f"  {line}" for line in lines), f"  {fence}", "")
