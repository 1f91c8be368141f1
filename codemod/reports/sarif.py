"""The report as SARIF 2.1.0, for code scanning services and editors.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html is the form; what GitHub makes of it, and its limits,
stand in "SARIF support for code scanning" and "SARIF results exceed one or more limits" of its documentation: it takes
25,000 results and 10 MB (compressed) of one run and shows 5,000. Results come by severity, then by need, so that what is
cut off still works and has a fix; notifications say what was left out.

Places in a notebook are lines of its JSON, because that is the file; the logical location names the cell.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from codemod.analysis.context import Target
from codemod.findings import Finding, Outcome, Severity, State
from codemod.gate.fingerprints import fingerprints
from codemod.reports.base import Report, cell_place, left, reasons, remedy
from codemod.reports.escaping import inert_json
from codemod.rules import all_rules
from codemod.rules.base import Rule
from codemod.settings import Settings
from codemod.sources import Region, Source
from codemod.version import __version__

MOST_RESULTS = 25_000
SHOWN_RESULTS = 5_000
MOST_BYTES = 10_000_000
SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

_LEVELS = {
    Severity.BREAKS: "error",
    Severity.CHANGES: "warning",
    Severity.DEPRECATED: "note",
    Severity.ADVICE: "note",
}
_NEED = {"by hand": 0, "unsafe": 1, "safe": 2}
_FIX = {"safe": "Fix of `apply`", "unsafe": "Fix of `apply --unsafe`: look at it before it is merged"}


def render(report: Report) -> str:
    """Return the log: within GitHub's limits, or with a notification that says what is missing."""
    results = list(_results(report))
    # A stable sort: within a need, by path and place.
    results.sort(key=_need)
    total, notes = len(results), list(_notifications(report))
    if total > SHOWN_RESULTS:
        text = f"{total} findings; GitHub shows the first {SHOWN_RESULTS}: what breaks comes first"
        notes.append(_notification("warning", text))
    kept = results[:MOST_RESULTS]
    has_fixes = True
    while True:
        cut = list(notes)
        if not has_fixes:
            cut.append(_notification("warning", f"fixes were left out: the file would exceed {MOST_BYTES} bytes"))
        if len(kept) < total:
            text = f"{total - len(kept)} of {total} findings were left out, which GitHub would not take; run `check` for all"
            cut.append(_notification("warning", text))
        rendered = _log(report, kept, cut)
        if len(rendered) <= MOST_BYTES or not kept or len(gzip.compress(rendered.encode("ascii"), 6)) <= MOST_BYTES:
            return rendered
        if has_fixes:
            has_fixes = False
            kept = [{key: value for key, value in result.items() if key != "fixes"} for result in kept]
        else:
            kept = kept[: len(kept) // 2]


def _log(report: Report, results: list[dict[str, Any]], notifications: list[dict[str, Any]]) -> str:
    rules = {rule.code: rule for rule in all_rules()}
    used = sorted({result["ruleId"] for result in results})
    places = {code: index for index, code in enumerate(used)}
    run = {
        "tool": {
            "driver": {
                "name": "mlflow-codemod",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rules[code], report.settings) if code in rules else {"id": code} for code in used],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not report.interrupted,
                "exitCode": report.exit_code,
                "toolExecutionNotifications": notifications,
            }
        ],
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "results": [{**result, "ruleIndex": places[result["ruleId"]]} for result in results],
    }
    return inert_json(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)) + "\n"


def _need(result: dict[str, Any]) -> tuple[int, int]:
    properties = result["properties"]
    return Severity(properties["severity"]).rank, _NEED[properties["remedy"]]


def _rule(rule: Rule, settings: Settings) -> dict[str, Any]:
    help_text = f"{rule.summary}\n\n{rule.why.strip()}"
    example = next((each for each in rule.examples if each.found), None)
    if example is not None:
        help_text += f"\n\n{_example('Before', example.before)}"
        if example.after is not None:
            help_text += f"\n\n{_example('After', example.after)}"
    return {
        "id": rule.code,
        "name": "".join(part.capitalize() for part in rule.name.split("-")),
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": help_text, "markdown": help_text},
        **({"helpUri": page} if (page := settings.page(rule.code)) else {}),
        "defaultConfiguration": {"level": _LEVELS[rule.severity_on(Target.of(settings))]},
        "properties": {"tags": ["mlflow", "migration"], "precision": "high", "since": rule.since},
    }


def _example(title: str, code: str) -> str:
    return f"{title}:\n\n```python\n{code.rstrip()}\n```"


def _results(report: Report) -> Iterator[dict[str, Any]]:
    for outcome in report.outcomes:
        if not left(outcome):
            continue
        source = Source.of(outcome)
        for finding, name in zip(outcome.findings, fingerprints(outcome.path, outcome.findings), strict=True):
            if finding.is_left:
                yield _result(outcome, finding, source, name)


def _result(outcome: Outcome, finding: Finding, source: Source, fingerprint: str) -> dict[str, Any]:
    kind = remedy(finding)
    location: dict[str, Any] = {"physicalLocation": {"artifactLocation": _artifact(outcome.path)}}
    region = source.region(finding)
    location["physicalLocation"]["region"] = _region(region) if region is not None else {"startLine": 1}
    message = f"{cell_place(outcome.path, finding)}{finding.message}"
    if finding.location.cell_number is not None or finding.location.label:
        location["logicalLocations"] = [_cell(outcome.path, finding)]
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": message},
        "locations": [location],
        # GitHub knows alerts again by this name alone; other readers take any.
        "partialFingerprints": {"primaryLocationLineHash": f"{fingerprint}:1", "mlflowCodemod/v1": fingerprint},
        "properties": {"severity": finding.severity.value, "remedy": kind},
    }
    replacements = source.replacements(finding)
    if kind in _FIX and replacements:
        changes = [
            {"deletedRegion": _region(one.region), "insertedContent": {"text": one.text}} for one in replacements
        ]
        change = {"artifactLocation": _artifact(outcome.path), "replacements": changes}
        result["fixes"] = [{"description": {"text": _FIX[kind]}, "artifactChanges": [change]}]
    return result


def _cell(path: str, finding: Finding) -> dict[str, Any]:
    location = finding.location
    name = f"cell {location.cell_number}" if location.cell_number is not None else location.label
    full = (
        f"{path}/{name}/{location.label}" if location.label and location.cell_number is not None else f"{path}/{name}"
    )
    return {"name": name, "fullyQualifiedName": full, "kind": "module"}


def _region(region: Region) -> dict[str, int]:
    return {
        "startLine": region.line,
        "startColumn": region.column,
        "endLine": region.end_line,
        "endColumn": region.end_column,
    }


def _artifact(path: str) -> dict[str, Any]:
    uri = quote(os.fsencode(path.replace("\\", "/")))
    return {"uri": f"file://{uri}"} if uri.startswith("/") else {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _notifications(report: Report) -> Iterator[dict[str, Any]]:
    if report.interrupted:
        yield _notification("error", "the run was interrupted: not every file was looked at")
    for outcome in report.outcomes:
        for reason in reasons(outcome):
            yield _notification("error", f"not analysed: {reason}", outcome.path)
        if outcome.state is State.SKIPPED:
            yield _notification("note", f"skipped: {outcome.reason}", outcome.path)


def _notification(level: str, text: str, path: str | None = None) -> dict[str, Any]:
    note: dict[str, Any] = {"level": level, "message": {"text": text}}
    if path is not None:
        note["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(path)}}]
    return note
