"""Runs the rules' examples on new releases, each in a fresh environment, through the project's test bench."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from codemod.mlflow_api.update.report import ROOT, Section


def run(wheels: Mapping[str, Path]) -> Section:
    """Run every runnable example on each release and list those that behave otherwise than their rule says.

    The test bench is started as a program of its own: the codemod does not know it.

    Args:
        wheels: The full wheel of each release. It is installed as it is, because the `mlflow-skinny` of a release may be missing.
    """
    lines, is_open = [], False
    for release, wheel in wheels.items():
        command = [sys.executable, "-m", "compat_tests.releases", "--wheel", str(wheel.resolve())]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
        told = done.stdout.splitlines()
        if done.returncode not in (0, 1):
            told = [f"- {release}: **not run**: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"]
        is_open = is_open or done.returncode != 0
        lines += told
    return Section("Examples of the rules on the new releases", tuple(lines), is_open)
