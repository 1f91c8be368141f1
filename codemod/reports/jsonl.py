"""The report as lines of JSON, for programs that read while it grows or search with line tools.

Each line is an object with a ``type``: ``"finding"`` (the members of a finding in `codemod.reports.json`, with its
``path`` and its ``fingerprint``), ``"problem"`` (``path`` and ``reason`` of what could not be analysed or was skipped,
with the ``state`` of its file), and at the end one ``"summary"`` (as in `codemod.reports.json`, with ``exit_code`` and
``interrupted``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from codemod.findings import State
from codemod.gate.fingerprints import fingerprints
from codemod.reports.base import Report
from codemod.reports.escaping import inert_json
from codemod.reports.json import finding_object, summary_object


def render(report: Report) -> str:
    """Return the lines."""
    return "".join(inert_json(json.dumps(record)) + "\n" for record in _records(report))


def _records(report: Report) -> Iterator[dict[str, Any]]:
    for outcome in report.outcomes:
        for finding, name in zip(outcome.findings, fingerprints(outcome.path, outcome.findings), strict=True):
            yield {"type": "finding", "path": outcome.path, **finding_object(finding), "fingerprint": name}
        of_file = [outcome.reason] if outcome.state in (State.FAILED, State.SKIPPED) else []
        for reason in (*of_file, *outcome.problems):
            yield {"type": "problem", "path": outcome.path, "state": outcome.state.value, "reason": reason}
    yield {
        "type": "summary",
        **summary_object(report),
        "exit_code": report.exit_code,
        "interrupted": report.interrupted,
    }
