"""The report as Markdown: for the summary of a workflow's step, a comment, or a page of documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from codemod.findings import Finding, Outcome, Severity, State
from codemod.reports import phrases
from codemod.reports.base import Report, left, place_text, reasons, remedy
from codemod.reports.checklist import Check
from codemod.reports.compatibility import WorldSummary
from codemod.reports.escaping import for_line, printable
from codemod.reports.history import Moment
from codemod.reports.page import About
from codemod.reports.statistics import by_folder
from codemod.reports.trend import trend
from codemod.rules import all_rules
from codemod.sources import Source

_STATUS = {"done": "✅ done", "open": "❌ open", "unknown": "❔ unknown", "not applicable": "➖ not applicable"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&!@$^])")


def render(
    report: Report,
    checks: Sequence[Check] = (),
    worlds: Sequence[WorldSummary] | None = None,
    about: About | None = None,
    history: Sequence[Moment] = (),
) -> str:
    """Return the document; see `codemod.reports.page.page_of`."""
    parts = (
        _head(report, about), _severities(report), _findings(report), _unread(report), _checklist(checks),
        _trend(history), _folders(report), _worlds(worlds), _skipped(report),
    )  # fmt: skip
    return "\n".join(for_line(line) for part in parts for line in part) + "\n"


def escaped(text: str) -> str:
    """Write text so that every reader shows it as it is, in tables too."""
    return _SPECIAL.sub(r"\\\1", printable(text))


def code(text: str) -> str:
    """Write text as a code span, whatever backticks stand in it."""
    shown = printable(text)
    fence = "`" * (max((len(run) for run in re.findall("`+", shown)), default=0) + 1)
    space = " " if shown.startswith(("`", " ")) or shown.endswith(("`", " ")) or not shown.strip() else ""
    return f"{fence}{space}{shown}{space}{fence}" if shown.strip() else escaped(shown)


def message_as_markdown(text: str) -> str:
    """Write a message, whose backticks mark code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # one backtick without its partner
        return escaped(text)
    return "".join((code(part) if part else "") if index % 2 else escaped(part) for index, part in enumerate(parts))


def _head(report: Report, about: About | None) -> Iterator[str]:
    title = "MLflow 3 migration" if about is None else f"{escaped(about.project)}: MLflow 3 migration"
    yield from (f"# {title}", "")
    if about is not None:
        commit = f", commit {code(about.commit)}" if about.commit else ""
        yield from (f"{escaped(phrases.target_name(report))}, {escaped(about.date)}{commit}", "")
    step = phrases.next_step(report, paths=about.paths if about is not None else "")
    yield from (f"**{message_as_markdown(phrases.standing(report))}**", "", f"Next: {message_as_markdown(step)}", "")
    if report.interrupted:
        yield from ("The run was interrupted: not every file was looked at.", "")


def _severities(report: Report) -> Iterator[str]:
    if not report.counts.left:
        return
    yield from (
        "| | Findings | Safe fix | Unsafe fix | By hand | Meaning |",
        "| --- | ---: | ---: | ---: | ---: | --- |",
    )
    for severity in Severity:
        found = [
            remedy(finding) for outcome in report.outcomes for finding in left(outcome) if finding.severity is severity
        ]
        if found:
            title, meaning = phrases.MEANINGS[severity]
            numbers = " | ".join(str(found.count(kind)) for kind in phrases.REMEDIES)
            yield f"| {title} | {len(found)} | {numbers} | {meaning} |"
    yield ""


def _findings(report: Report) -> Iterator[str]:
    """Yield what is left: the worst first, and of a severity what is frequent first."""
    sources = {outcome.path: Source.of(outcome) for outcome in report.outcomes if left(outcome)}
    summaries = {rule.code: rule.summary for rule in all_rules()}
    for severity in Severity:
        found: dict[str, list[tuple[Outcome, Finding]]] = {}
        for outcome in report.outcomes:
            for finding in left(outcome):
                if finding.severity is severity:
                    found.setdefault(finding.code, []).append((outcome, finding))
        if found:
            yield from (f"## {phrases.MEANINGS[severity][0]}", "")
        for rule, of_rule in sorted(found.items(), key=lambda item: (-len(item[1]), item[0])):
            page = report.settings.page(rule)
            linked = f"[{rule}](<{page}>)" if page else rule
            yield from (f"### {linked} {message_as_markdown(summaries.get(rule, ''))}", "")
            for outcome, finding in of_rule:
                yield from _finding(outcome, finding, sources[outcome.path])
            yield ""


def _finding(outcome: Outcome, finding: Finding, source: Source) -> Iterator[str]:
    where, kind = code(place_text(outcome.path, finding)), phrases.REMEDIES[remedy(finding)]
    yield f"- {where}: **{finding.code}** ({finding.severity.value}, {kind}) {message_as_markdown(finding.message)}"
    yield from _difference(source, finding)


def _unread(report: Report) -> Iterator[str]:
    lines = [f"- {code(one.path)}: {escaped(reason)}" for one in report.outcomes for reason in reasons(one)]
    if lines:
        yield from ("## Not analysed", "", *lines, "")


def _trend(history: Sequence[Moment]) -> Iterator[str]:
    found = trend(history)
    if found is not None:
        yield from ("## Trend", "", "| Date | Commit | Break | Change | Deprecated | Advice | Files without findings |")
        yield f"| --- | --- {'| ---: ' * 5}|"
        for row in found["rows"]:
            counts = " | ".join(map(str, row["counts"]))
            yield f"| {row['date']} | {code(row['commit']) if row['commit'] else ''} | {counts} |"
        yield ""


def _checklist(checks: Sequence[Check]) -> Iterator[str]:
    if not checks:
        return
    yield from ("## Checklist", "", "| Item | State | Evidence |", "| --- | --- | --- |")
    for check in checks:
        state = f"❌ {check.done} of {check.total} files" if check.is_partly_done else _STATUS[check.status]
        yield f"| {_cell(check.title)} | {state} | {_cell(check.evidence)} |"
    yield ""


def _cell(text: str) -> str:
    """Write a message in a table, where a bar ends a cell even in code."""
    return message_as_markdown(text) if "|" not in text else escaped(text.replace("`", ""))


def _folders(report: Report) -> Iterator[str]:
    folders = by_folder(report)
    if folders:
        yield from ("## Folders", "", "| Folder | Without findings | Findings | By hand |", f"| --- {'| ---: ' * 3}|")
        for row in folders:
            yield f"| {escaped(row.name)} | {row.clean} of {row.files} | {row.total} | {row.by_hand} |"
        yield ""


def _worlds(worlds: Sequence[WorldSummary] | None) -> Iterator[str]:
    if worlds is None:
        return
    yield from (
        "## Run on both lines of MLflow",
        "",
        "| World | Client | Server | As on MLflow 2 | Models that predict the same | Result |",
    )
    yield f"| --- {'| --- ' * 5}|"
    for world in worlds:
        ways = ", ".join(world.predicted) or "none"
        cells = (world.name, world.client, world.server, "yes" if world.trained else "no", ways)
        yield f"| {' | '.join(map(escaped, cells))} | {escaped(world.failure or world.unproved or 'passed')} |"
    yield ""


def _skipped(report: Report) -> Iterator[str]:
    skipped = [outcome for outcome in report.outcomes if outcome.state is State.SKIPPED]
    if skipped:
        lines = (f"- {code(outcome.path)}: {escaped(outcome.reason)}" for outcome in skipped)
        yield from ("## Skipped", "", *lines, "")


def _difference(source: Source, finding: Finding) -> Iterator[str]:
    lines = [printable(line.replace("\t", "    ")) for line in source.difference(finding)]
    if lines:
        fence = "`" * max(3, *(len(run) + 1 for run in re.findall("`+", "\n".join(lines)) or [""]))
        yield from ("", f"  {fence}diff", *(f"  {line}" for line in lines), f"  {fence}", "")
