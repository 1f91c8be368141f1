"""GitLab's code quality report: a list of the Code Climate objects that GitLab reads.

https://docs.gitlab.com/ci/testing/code_quality/ names the members that it needs: ``description``, ``check_name``,
``fingerprint``, ``severity`` and ``location``.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from codemod.findings import Outcome, Severity
from codemod.gate.fingerprints import fingerprints
from codemod.reports.base import Report, cell_place, reasons
from codemod.reports.escaping import inert_json
from codemod.settings import Settings
from codemod.sources import Source

_SEVERITIES = {
    Severity.BREAKS: "critical",
    Severity.CHANGES: "major",
    Severity.DEPRECATED: "minor",
    Severity.ADVICE: "info",
}


def render(report: Report) -> str:
    """Return the report as JSON."""
    issues = [
        issue for outcome in report.outcomes for issue in (*_failures(outcome), *_findings(outcome, report.settings))
    ]
    return inert_json(json.dumps(issues, indent=2)) + "\n"


def _findings(outcome: Outcome, settings: Settings) -> list[dict[str, Any]]:
    issues = []
    source = Source.of(outcome)
    for finding, name in zip(outcome.findings, fingerprints(outcome.path, outcome.findings), strict=True):
        if not finding.is_left:
            continue
        region = source.region(finding)
        lines = {"begin": region.line, "end": region.end_line} if region else {"begin": 1}
        page = settings.page(finding.code)
        issues.append(
            _issue(
                f"{cell_place(outcome.path, finding)}{finding.message}{f' ({page})' if page else ''}",
                finding.code,
                name,
                _SEVERITIES[finding.severity],
                outcome,
                lines,
            )
        )
    return issues


def _failures(outcome: Outcome) -> list[dict[str, Any]]:
    issues = []
    for reason in reasons(outcome):
        name = hashlib.sha256(f"{outcome.path}\n{reason}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        issues.append(_issue(f"not analysed: {reason}", "not-analysed", name, "blocker", outcome, {"begin": 1}))
    return issues


def _issue(
    description: str, check: str, fingerprint: str, severity: str, outcome: Outcome, lines: dict[str, int]
) -> dict[str, Any]:
    return {
        "description": description,
        "check_name": check,
        "fingerprint": fingerprint,
        "severity": severity,
        "location": {"path": outcome.path.replace("\\", "/").removeprefix("./"), "lines": lines},
    }
