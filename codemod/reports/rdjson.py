"""The report in reviewdog's diagnostic format (rdjson): suggestions on the lines of a pull request.

https://github.com/reviewdog/reviewdog/tree/master/proto/rdf is the form. Columns there count bytes of UTF-8 from 1. A
suggestion holds whole lines, because that is what services make of one; a fix that spans more lines than a person would read
as one is left out, and the diagnostic stays.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from codemod.findings import Finding, Outcome, Severity
from codemod.reports.base import Report, cell_place, left, reasons, remedy
from codemod.reports.escaping import inert_json
from codemod.sources import LONG, Region, Replacement, Source, applied

_SEVERITIES = {
    Severity.BREAKS: "ERROR",
    Severity.CHANGES: "WARNING",
    Severity.DEPRECATED: "INFO",
    Severity.ADVICE: "INFO",
}
_MOST_LINES = 30
_LINE_BREAK = re.compile(r"\r\n|\r|\n")


def render(report: Report) -> str:
    """Return the report as one JSON document; the worst comes first."""
    found = [(outcome, finding) for outcome in report.outcomes for finding in left(outcome)]
    found.sort(key=lambda pair: pair[1].severity.rank)
    sources = {outcome.path: Source.of(outcome) for outcome, _ in found}
    lines = {path: _LINE_BREAK.split(source.text) for path, source in sources.items()}
    diagnostics = [_failure(outcome, reason) for outcome in report.outcomes for reason in reasons(outcome)]
    for outcome, finding in found:
        page = report.settings.page(finding.code)
        code = {"value": finding.code, **({"url": page} if page else {})}
        diagnostics.append({**_diagnostic(outcome, finding, sources[outcome.path], lines[outcome.path]), "code": code})
    return inert_json(json.dumps({"source": {"name": "mlflow-codemod"}, "diagnostics": diagnostics}, indent=1)) + "\n"


def _failure(outcome: Outcome, reason: str) -> dict[str, Any]:
    location = {"path": _path(outcome), "range": {"start": {"line": 1}}}
    return {"message": f"not analysed: {reason}", "location": location, "severity": "ERROR"}


def _diagnostic(outcome: Outcome, finding: Finding, source: Source, lines: list[str]) -> dict[str, Any]:
    region = source.region(finding)
    where = {"start": {"line": 1}} if region is None else _range(region, lines)
    found: dict[str, Any] = {
        "message": f"{cell_place(outcome.path, finding)}{finding.message}",
        "location": {"path": _path(outcome), "range": where},
        "severity": _SEVERITIES[finding.severity],
    }
    suggestion = _suggestion(finding, source, lines)
    if suggestion is not None:
        found["suggestions"] = [suggestion]
    return found


def _suggestion(finding: Finding, source: Source, lines: list[str]) -> dict[str, Any] | None:
    replacements = source.replacements(finding)
    if remedy(finding) == "by hand" or not replacements:
        return None
    first = min(one.region.line for one in replacements)
    last = max(one.region.end_line for one in replacements)
    if last - first >= _MOST_LINES or any(len(line) > LONG for line in lines[first - 1 : last]):
        return None
    new = applied("\n".join(lines[first - 1 : last]), [_moved(one, 1 - first) for one in replacements])
    text = "\n".join(_LINE_BREAK.split(new))
    return {"range": _range(Region(first, 1, last, len(lines[last - 1]) + 1), lines), "text": text}


def _moved(one: Replacement, by: int) -> Replacement:
    region = replace(one.region, line=one.region.line + by, end_line=one.region.end_line + by)
    return Replacement(region, one.text)


def _range(region: Region, lines: list[str]) -> dict[str, Any]:
    return {
        "start": {"line": region.line, "column": _column(region.line, region.column, lines)},
        "end": {"line": region.end_line, "column": _column(region.end_line, region.end_column, lines)},
    }


def _column(line: int, column: int, lines: list[str]) -> int:
    """Count bytes where characters were counted; without the file's text they are taken to be the same."""
    before = lines[line - 1][: column - 1] if line <= len(lines) else ""
    return column + len(before.encode("utf-8", "surrogatepass")) - len(before)


def _path(outcome: Outcome) -> str:
    return outcome.path.replace("\\", "/").removeprefix("./")
