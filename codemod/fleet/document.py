"""The report of all repositories as JSON, for programs.

The document is one object. ``version`` grows only when a key changes its meaning or goes; keys may be added.

- ``version``: 1. ``tool``: ``{"name": "mlflow-codemod", "version": "0.1.0"}``.
- ``mode``: ``"check"`` or ``"apply"``. ``exit_code``. ``interrupted``: whether the run was ended before its end.
- ``summary``: ``repositories``, the number of them; ``states``, how many are in each (they add up to it); ``severities``, ``rules``: findings
  that are left; ``must_be_fixed`` and ``can_wait``, which add up to them; ``fixed``; ``files``; ``as_before``: repositories that had not changed.
- ``repositories``: one object each, in the order of work: ``name``, ``address`` (null if it cannot be read), ``state`` (``"nothing left"``,
  ``"open"``, ``"not all read"``, ``"failed"``, ``"not reached"``), ``place`` (from 1; null where nothing is to be done or known), ``why_here``,
  ``users`` (names of those that install its packages), ``failure``, ``as_before``, ``folder``, ``report`` (both below the folder of
  ``--work``), and ``result``: null if it failed or was not reached, else ``commit``, ``branch``, ``date``, ``target``, ``files``,
  ``files_without_findings``, ``files_not_analysed``, ``must_be_fixed``, ``can_wait``, ``fixed``, ``open``, ``severities``, ``remedies``,
  ``rules``, ``mlflow`` (how it pins MLflow), ``servers``, ``starts_server``, ``packages``, ``applied`` (null, or ``branch``, ``commit``,
  ``files``, ``fixed``, ``push``), ``verify`` (null, or ``exit_code`` and ``said``), ``remarks``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from codemod.fleet.order import Rank
from codemod.fleet.records import Record
from codemod.fleet.totals import Totals
from codemod.reports.escaping import inert_json
from codemod.version import __version__

VERSION = 1


def fleet_document(places: Sequence[Rank], found: Totals, *, applies: bool, exit_code: int, interrupted: bool) -> str:
    """Return the document with a newline at its end."""
    document = {
        "version": VERSION,
        "tool": {"name": "mlflow-codemod", "version": __version__},
        "mode": "apply" if applies else "check",
        "exit_code": exit_code,
        "interrupted": interrupted,
        "summary": {
            "repositories": len(places),
            "states": dict(found.states),
            "must_be_fixed": found.must,
            "can_wait": found.can_wait,
            "fixed": found.fixed,
            "files": found.inputs,
            "as_before": found.known,
            "severities": found.severities,
            "rules": found.rules,
        },
        "repositories": [_repository(place) for place in places],
    }
    return inert_json(json.dumps(document, indent=2)) + "\n"


def _repository(place: Rank) -> dict[str, Any]:
    result = place.result
    entry, record = result.entry, result.seen
    folder = f"repositories/{entry.folder}"
    return {
        "name": entry.name,
        "address": entry.address.shown if entry.address is not None else None,
        "state": result.state,
        "place": place.number or None,
        "why_here": place.reason,
        "users": list(place.users),
        "failure": result.failure,
        "as_before": result.is_known,
        "folder": folder if record is not None else None,
        "report": f"{folder}/report.html" if record is not None else None,
        "result": None if record is None else _result(record),
    }


def _result(record: Record) -> dict[str, Any]:
    return {
        "commit": record.commit,
        "branch": record.branch,
        "date": record.date,
        "target": record.target,
        "files": record.inputs,
        "files_without_findings": record.clean,
        "files_not_analysed": record.unread,
        "must_be_fixed": record.must,
        "can_wait": record.can_wait,
        "fixed": record.fixed,
        "open": record.open,
        "severities": dict(record.severities),
        "remedies": dict(record.remedies),
        "rules": dict(record.rules),
        "mlflow": list(record.pins),
        "servers": list(record.servers),
        "starts_server": record.starts_server,
        "packages": list(record.makes),
        "applied": None if record.applied is None else asdict(record.applied),
        "verify": None if record.verified is None else asdict(record.verified),
        "remarks": list(record.remarks),
    }
