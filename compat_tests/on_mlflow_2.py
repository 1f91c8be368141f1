"""What programs do on MLflow 2: run once for a state of its packages, and kept in ``build/compat`` for all that compare with it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from filelock import FileLock

from compat_tests import environments, programs
from compat_tests.environments import PROJECT, Environment
from compat_tests.programs import ProgramResult, outcomes_of

RECORDS = PROJECT / "build" / "compat"
"""Folder of what MLflow 2 did."""


def run(line: str, texts: Mapping[str, str]) -> dict[str, ProgramResult]:
    """Run programs with the client of a line of MLflow, return their outcomes by key, and keep those of MLflow 2.

    Args:
        line: ``2`` or ``3``.
        texts: The programs by key; all that they read must stand in them.
    """
    client = environments.client(line)
    outcomes = outcomes_of(texts, client.command(), client.variables({"PYTHONPATH": str(PROJECT)}))
    if line == "2":
        _keep(_file(client), {text: outcomes[key] for key, text in texts.items()})
    return outcomes


def known(texts: Mapping[str, str]) -> dict[str, ProgramResult]:
    """Return the outcomes of programs on MLflow 2 by key; what nobody has run with these packages is run now."""
    kept = _read(_file(environments.client("2")))
    found = {key: ProgramResult.of(kept[_digest(text)]) for key, text in texts.items() if _digest(text) in kept}
    missing = {key: text for key, text in texts.items() if key not in found}
    return {**found, **run("2", missing)} if missing else found


def _file(client: Environment) -> Path:
    state = hashlib.sha256(Path(programs.__file__).read_bytes() + client.packages().encode()).hexdigest()[:12]
    return RECORDS / f"mlflow2-programs-{state}.json"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _read(file: Path) -> dict[str, Any]:
    kept: dict[str, Any] = json.loads(file.read_bytes()) if file.exists() else {}
    return kept


def _keep(file: Path, outcomes: Mapping[str, ProgramResult]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(file.with_suffix(".lock")):
        new = file.with_suffix(".new")
        added = {_digest(text): asdict(outcome) for text, outcome in outcomes.items()}
        new.write_text(json.dumps(_read(file) | added), encoding="utf-8")
        new.replace(file)
