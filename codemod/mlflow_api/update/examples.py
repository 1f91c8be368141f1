"""Runs the rules' examples on new releases, each in a fresh environment, through the project's test bench."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codemod.mlflow_api.update.children import is_told, last_error_line, python
from codemod.mlflow_api.update.report import Section


def run_examples(wheels: Mapping[str, Path]) -> Section:
    """Run every runnable example on each release and list those that behave otherwise than their rule says.

    The test bench needs the extra `compat` and is started as a program of its own: the codemod does not know it.

    Args:
        wheels: The full wheel of each release. It is installed as it is, because the `mlflow-skinny` of a release may be missing.
    """
    lines, is_open = [], False
    for release, wheel in wheels.items():
        done = python("compat_tests.releases", "--wheel", str(wheel.resolve()))
        is_open = is_open or done.returncode != 0
        if is_told(done):
            lines += done.stdout.splitlines()
        else:
            hint = "; the extra `compat` brings what is missing" if "No module named" in last_error_line(done) else ""
            lines.append(f"- {release}: **not run**: {last_error_line(done)}{hint}")
    return Section("Examples of the rules on the new releases", tuple(lines), is_open)
