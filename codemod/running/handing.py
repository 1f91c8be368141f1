"""May the calls of a file give functions of other files something of MLflow? Only then are they looked at before all else."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from codemod.names.imported_files import ImportedFiles
from codemod.rules.idioms.given import WORDS
from codemod.running.jobs import Job
from codemod.settings import (
    ASKED,
    ASKED_OF_CLIENTS,
    ASKED_OF_RUNS,
    ASKED_OF_TRACES,
    MAKING,
    MAKING_CLIENTS,
    MAKING_RUNS,
    MAKING_TRACES,
    Project,
)

_IMPORTS = re.compile(rb"\b(?:import|from)[ \t]+mlflow\b")
# What stands in code that has something of MLflow, and what that asks of it which gets it.
_MAKING = (
    (MAKING, ASKED),
    (MAKING_RUNS, ASKED_OF_RUNS),
    (MAKING_CLIENTS, ASKED_OF_CLIENTS),
    (MAKING_TRACES, ASKED_OF_TRACES),
)


def may_hand(
    job: Job, project: Project, imported: Mapping[str, bytes], imports: ImportedFiles, wrappers: Sequence[bytes]
) -> bool:
    """Return whether the calls of a file may give functions of others something of MLflow, or it has MLflow itself from another."""
    path, data = job.target.path, job.data
    files = imports.of(path, data)
    if not files:
        return False
    if any(word in text for text in (data, project.brought(path, data)) for word in WORDS):
        return True
    for making, asked in _MAKING:
        if _holds(data, making) and any(_holds(imported.get(each, b""), asked) for each in files):
            return True
    if has_mlflow_of_another(data) and any(b"mlflow" in imported.get(each, b"") for each in files):
        return True
    if b"start_run" in data and any(name in data for name in wrappers):
        return True
    starts = b"start_run" in data or any(b"start_run" in imported.get(each, b"") for each in files)
    return starts and _leads_to_models(files, imported, imports)


def _leads_to_models(files: Collection[str], imported: Mapping[str, bytes], imports: ImportedFiles) -> bool:
    """Return whether one of some files logs models, or imports a file that does."""
    held = [(each, imported[each]) for each in files if each in imported]
    near = (other for each, data in held for other in imports.of(each, data))
    return any(b"log_model" in data for _, data in held) or any(
        b"log_model" in imported.get(each, b"") for each in near
    )


def has_mlflow_of_another(data: bytes) -> bool:
    """Return whether a file logs models and does not import MLflow: ``from compat import mlflow``; what it logs is seen with that module alone."""
    return b"log_model" in data and _IMPORTS.search(data) is None


def _holds(data: bytes, words: Sequence[str]) -> bool:
    return any(word.encode() in data for word in words)
