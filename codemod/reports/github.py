"""Annotations on pull requests: the workflow commands of GitHub Actions, one line each.

What breaks on the target is an error, what changes there a warning, the rest a notice, in that order: GitHub shows only
the first ten of each kind from one step (GitHub's documentation, "Annotations limits" of the check-run toolkit); the
last line says so when there are more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from codemod.findings import Finding, Outcome, Severity
from codemod.reports.base import Report, cell_place, left, reasons, remedy
from codemod.reports.escaping import for_annotation as escaped
from codemod.reports.escaping import for_property as escaped_property
from codemod.sources import Source

_KINDS = {
    Severity.BREAKS: "error",
    Severity.CHANGES: "warning",
    Severity.DEPRECATED: "notice",
    Severity.ADVICE: "notice",
}
SHOWN = 10
"""How many annotations of one kind GitHub shows of one step."""


def render(report: Report) -> str:
    """Return one line for each finding that is left and each part that could not be analysed."""
    found = [(outcome, finding) for outcome in report.outcomes for finding in left(outcome)]
    page = report.settings.page
    of_kinds = {kind: list(_of_findings(found, kind, page)) for kind in ("error", "warning", "notice")}
    of_kinds["error"][:0] = _not_analysed(report)
    lines = [line for of_kind in of_kinds.values() for line in of_kind]
    if any(len(of_kind) > SHOWN for of_kind in of_kinds.values()):
        text = f"{len(lines)} annotations; GitHub shows the first {SHOWN} of each kind, the log holds all of them"
        lines.append(f"::notice title=mlflow-codemod::{escaped(text)}")
    return "".join(f"{line}\n" for line in lines)


def _of_findings(found: list[tuple[Outcome, Finding]], kind: str, page: Callable[[str], str]) -> Iterator[str]:
    sources: dict[str, Source] = {}
    for outcome, finding in found:
        if _KINDS[finding.severity] != kind:
            continue
        if outcome.path not in sources:
            sources = {outcome.path: Source.of(outcome)}
        region = sources[outcome.path].region(finding)
        parts = [f"file={escaped_property(outcome.path)}", f"line={region.line if region else 1}"]
        if region is not None:
            parts.append(f"endLine={region.end_line}")
            if region.line == region.end_line:  # GitHub takes columns only within one line
                parts += [f"col={region.column}", f"endColumn={region.end_column}"]
        parts.append(f"title={escaped_property(f'{finding.code} {finding.severity.value}')}")
        fix = {"safe": "apply fixes it", "unsafe": "apply --unsafe fixes it", "by hand": "to be fixed by hand"}
        more = page(finding.code)
        said = f"{cell_place(outcome.path, finding)}{finding.message} ({fix[remedy(finding)]})"
        message = escaped(f"{said}\n{more}" if more else said)
        yield f"::{kind} {','.join(parts)}::{message}"


def _not_analysed(report: Report) -> Iterator[str]:
    for outcome in report.outcomes:
        for reason in reasons(outcome):
            path = escaped_property(outcome.path)
            yield f"::error file={path},line=1,title=not analysed::{escaped(reason)}"
