"""Real outcomes for the tests of the formats: the engine's own, of small files of every kind."""

from __future__ import annotations

import json

from codemod.engine import migrate
from codemod.findings import Finding, Location, Outcome, Safety, State
from codemod.reports.base import Report
from codemod.settings import Settings

TRAIN = """import mlflow

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        model,
        artifact_path="model",  # the name
    )
print(run.info.run_uuid, "ä", run.info.run_uuid)
"""
CELL = ["import mlflow\n", 'print("ä\\t", 1)\n', 'mlflow.sklearn.log_model(model, "model")\n', "run.info.run_id"]
NOTEBOOK = json.dumps(
    {
        "cells": [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Title"]},
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": CELL},
        ],
        "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "x"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    },
    indent=1,
)


def migrated(path: str, text: str) -> Outcome:
    """What the engine makes of a string."""
    return migrate(path, text.encode(), Settings())


def report(*more: Outcome) -> Report:
    """A check of a file, a notebook, a requirements file, a silent file, a clean one and one that is no Python."""
    outcomes = (
        migrated("src/train.py", TRAIN),
        migrated("nb/explore.ipynb", NOTEBOOK),
        migrated("requirements.txt", "numpy\nmlflow>=2.9,<3\n"),
        migrated("src/silent.py", 'import mlflow\nmlflow.sklearn.log_model(m, "m")  # noqa: MLF101, MLF103\n'),
        migrated("src/hand.py", 'import mlflow\n\n\ndef f(x):\n    getattr(mlflow, x).log_model(m, "m")\n'),
        migrated("clean.py", "print()\n"),
        migrated("bad dir/ä.py", "import mlflow\nmlflow.log_model(\n"),
        *more,
    )
    return Report("check", Settings(), outcomes)


def strange(path: str, message: str, line: str = "x") -> Outcome:
    """An outcome with strings that nobody would choose."""
    finding = Finding("MLF101", message, Location(0, 0, 1, 1, 1, 1, 2), Safety.MANUAL, source_line=line)
    return Outcome(path, State.BY_HAND, (finding,), b"", b"", problems=(message,))
