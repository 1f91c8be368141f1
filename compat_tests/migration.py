"""The training code, copied out of the project: as it is for MLflow 2, or through the codemod for MLflow 3."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from compat_tests.environments import PROJECT

PACKAGES = {"subjects": PROJECT / "compat_tests" / "subjects", "reference_pipeline": PROJECT / "reference_pipeline"}
"""Packages of training code, by the name under which a client imports them."""


class MigrationError(RuntimeError):
    """The codemod failed on the training code, or left something for a person; the message holds its report."""


def stage(folder: Path) -> Path:
    """Copies the training code, unchanged, into ``folder`` and returns it."""
    for name, source in PACKAGES.items():
        shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def stage_migrated(folder: Path, options: Sequence[str] = ()) -> Path:
    """Copies the training code into ``folder`` and runs the codemod on the copy.

    Args:
        folder: A new folder.
        options: More options of ``codemod apply``, such as ``--ignore MLF104``.

    Returns:
        ``folder``.

    Raises:
        MigrationError: The codemod's exit status says that something is left to do, or that it failed.
    """
    stage(folder)
    migrate(folder, options)
    return folder


def migrate(folder: Path, options: Sequence[str] = ()) -> None:
    """Runs the codemod on a folder, as a user would.

    Args:
        folder: What to rewrite.
        options: More options of ``codemod apply``.

    Raises:
        MigrationError: The codemod's exit status says that something is left to do, or that it failed.
    """
    command = [sys.executable, "-m", "codemod", "apply", *options, str(folder)]
    # Not in the project's folder: a user's project does not have the codemod's own settings around it.
    variables = {**os.environ, "PYTHONPATH": str(PROJECT)}
    result = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    if result.returncode:
        report = f"{result.stdout}{result.stderr}".strip()
        raise MigrationError(f"{' '.join(command[1:])} ended with status {result.returncode}:\n{report}")
