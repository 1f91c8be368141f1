"""The report as JSON, for programs.

The document is one object. ``version`` grows only when a key changes its meaning or goes; keys may be added.

- ``version``: 2.
- ``tool``: ``{"name": "mlflow-codemod", "version": "0.1.0"}``.
- ``mode``: ``"apply"`` (files were written), ``"diff"`` or ``"check"`` (nothing was).
- ``target``: ``"3"``, a release such as ``"3.5"``, or ``"both"``.
- ``exit_code``: 0 nothing left, 1 findings left, 3 some inputs could not be analysed, or the run was ended before it had seen every
  input (the program itself ends with 128 and the number of the signal, if it was one).
- ``interrupted``: whether the run was ended before it had seen every input.
- ``summary``: ``inputs``; ``states``, the number of inputs in each state of `codemod.findings.State` (they add up to
  ``inputs``; a file is ``"changed"`` only when it was written, and ``"would change"`` in the modes that write nothing);
  ``findings``, with ``fixed``, ``suppressed``, and those that are left: ``safe``, ``unsafe`` and ``by_hand``, after
  what can fix them; ``severities``, those that are left again: ``breaks``, ``changes``, ``deprecated`` and ``advice``,
  after what happens without a fix; ``problems``, the number of parts that could not be analysed.
- ``files``: one object for each input that is not ``"unchanged"``, by path: ``path``, ``state``, ``reason`` (of
  skipped and failed inputs, else ``""``), ``problems`` (lines of text), ``notes`` (lines of text, where there are some), and ``findings``.
- A finding: ``code``, ``severity``, ``message``, ``line``, ``column``, ``end_line``, ``end_column`` (from 1, in
  characters; in a notebook they count in the cell), ``cell`` (the number of the cell from 1, or null), ``label`` (a
  file inside the input, such as ``"%%writefile train.py"``, or ``""``), ``source_line``, ``remedy`` (``"safe"``,
  ``"unsafe"`` or ``"by hand"``), ``fixed``, ``suppressed``.

Characters outside ASCII are escaped; a path that is not UTF-8 has lone surrogates, as `os.fsdecode` writes them.
"""

from __future__ import annotations

import json
from typing import Any

from codemod.findings import Finding, Outcome, State
from codemod.reports.base import Report, remedy
from codemod.reports.escaping import inert_json
from codemod.sources import shortened
from codemod.version import __version__

VERSION = 2


def render(report: Report) -> str:
    """Return the report as one JSON document with a newline at its end."""
    document = {
        "version": VERSION,
        "tool": {"name": "mlflow-codemod", "version": __version__},
        "mode": report.mode,
        "target": report.settings.target,
        "exit_code": report.exit_code,
        "interrupted": report.interrupted,
        "summary": summary_object(report),
        "files": [_file(outcome) for outcome in report.outcomes if outcome.state is not State.UNCHANGED],
    }
    return inert_json(json.dumps(document, indent=2)) + "\n"


def summary_object(report: Report) -> dict[str, Any]:
    """Return the totals."""
    counts = report.counts
    return {
        "inputs": counts.inputs,
        "states": {state.value: number for state, number in counts.states.items()},
        "findings": {
            "fixed": counts.fixed,
            "suppressed": counts.suppressed,
            "safe": counts.safe,
            "unsafe": counts.unsafe,
            "by_hand": counts.by_hand,
        },
        "severities": {severity.value: number for severity, number in counts.severities.items()},
        "problems": counts.problems,
    }


def _file(outcome: Outcome) -> dict[str, Any]:
    return {
        "path": outcome.path,
        "state": outcome.state.value,
        "reason": outcome.reason,
        "problems": list(outcome.problems),
        **({"notes": list(outcome.notes)} if outcome.notes else {}),
        "findings": [finding_object(finding) for finding in outcome.findings],
    }


def finding_object(finding: Finding) -> dict[str, Any]:
    """Return a finding's members."""
    location = finding.location
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "message": finding.message,
        "line": location.line,
        "column": location.column,
        "end_line": location.end_line,
        "end_column": location.end_column,
        "cell": location.cell_number,
        "label": location.label,
        "source_line": shortened(finding.source_line, finding.location.column),
        "remedy": remedy(finding),
        "fixed": finding.fixed,
        "suppressed": finding.suppressed,
    }
