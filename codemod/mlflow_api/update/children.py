"""Starts the project's own programs as processes: the codemod knows none of them, and one that fails must not end the update."""

from __future__ import annotations

import subprocess
import sys

from codemod.mlflow_api.update.report import ROOT


def python(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a module in the project's root with this interpreter; never raise."""
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def last_error_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a program left on standard error."""
    return (done.stderr.strip().splitlines() or ["no reason given"])[-1]


def is_told(done: subprocess.CompletedProcess[str]) -> bool:
    """Return whether a program said what it found; Python, too, ends with 1 when a module or a library is missing, and then says nothing."""
    return done.returncode == 0 or (done.returncode == 1 and bool(done.stdout.strip()))
