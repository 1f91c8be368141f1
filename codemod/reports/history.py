"""What each run of ``report`` counted, in a folder that a team keeps: one file for each run, so that none conflict."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from codemod.disk import writing
from codemod.disk.reading import read_regular
from codemod.errors import WrongUseError
from codemod.findings import Severity, State
from codemod.reports.base import Report

VERSION = 1
_KEY = "mlflow-codemod-history"


@dataclass(frozen=True, slots=True, order=True)
class Moment:
    """What one run counted.

    Attributes:
        time: When it was, as ISO 8601 in UTC, such as ``"2026-11-26T15:30:00Z"``.
        commit: The commit that the work tree stood on, or "".
        target: The target that it was asked for.
        severities: Findings that were left, in the order of `codemod.findings.Severity`.
        files: How many inputs there were.
        clean: How many of them had no finding and were analysed.
    """

    time: str
    commit: str
    target: str
    severities: tuple[int, ...]
    files: int
    clean: int


def now() -> datetime:
    """Return the time in UTC; SOURCE_DATE_EPOCH stands for it where it is set, so that a report can be made again."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return datetime.fromtimestamp(int(epoch), timezone.utc) if epoch.isdecimal() else datetime.now(timezone.utc)


def written_time(time: datetime) -> str:
    """Return a time in UTC as `Moment.time` has it."""
    return f"{time:%Y-%m-%dT%H:%M:%SZ}"


def moment(report: Report, time: str, commit: str) -> Moment:
    """Return what a run counted."""
    counts = report.counts
    silent = (State.UNCHANGED, State.SUPPRESSED)
    clean = sum(outcome.state in silent and not outcome.problems for outcome in report.outcomes)
    severities = tuple(counts.severities[severity] for severity in Severity)
    return Moment(time, commit, report.settings.target, severities, counts.inputs, clean)


def read_history(folder: str) -> list[Moment]:
    """Return what earlier runs counted, the oldest first.

    Raises:
        WrongUseError: If a file of the folder cannot be read, or is none of this program's.
    """
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(".json"))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WrongUseError(f"{folder}: cannot be read: {error.strerror}") from error
    return sorted(_read(os.path.join(folder, name)) for name in names)


def keep(folder: str, found: Moment) -> None:
    """Write what a run counted.

    Raises:
        WrongUseError: If it cannot be written.
    """
    severities = {severity.value: count for severity, count in zip(Severity, found.severities, strict=True)}
    content = {
        _KEY: VERSION, "time": found.time, "commit": found.commit, "target": found.target, "severities": severities,
        "files": found.files, "clean": found.clean,
    }  # fmt: skip
    name = f"{found.time.replace(':', '').replace('-', '')}{'-' if found.commit else ''}{found.commit}.json"
    path = os.path.join(folder, name)
    try:
        os.makedirs(folder, exist_ok=True)
        writing.write_new(path, (json.dumps(content) + "\n").encode())
    except OSError as error:
        raise WrongUseError(f"{path}: cannot be written: {error.strerror}") from error
    except writing.WriteError as error:
        raise WrongUseError(f"{path}: {error}") from error


def _read(path: str) -> Moment:
    try:
        content = json.loads(read_regular(path))
        if content[_KEY] == VERSION:
            return _moment(content)
    except OSError as error:
        raise WrongUseError(f"{path}: cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, RecursionError):
        pass
    raise WrongUseError(f"{path}: holds no counts of this program; keep the folder of --history to itself")


def _moment(content: Mapping[str, Any]) -> Moment:
    severities = tuple(int(content["severities"][severity.value]) for severity in Severity)
    texts = (str(content[name]) for name in ("time", "commit", "target"))
    time, commit, target = texts
    return Moment(time, commit, target, severities, int(content["files"]), int(content["clean"]))
