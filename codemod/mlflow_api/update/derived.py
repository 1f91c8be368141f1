"""Refreshes the files that are made from the API data, each in a process of its own: the data is read once in a process."""

from __future__ import annotations

import subprocess
import sys

from codemod.mlflow_api.generate.__main__ import write
from codemod.mlflow_api.update.report import ROOT, Section

#: Derived file, and the module that prints what stands in it. A file that others rest on comes first.
DERIVED = {
    "codemod/rules/removed/vocabulary.json": "development.vocabulary",
    "codemod/rules/removed/deprecations.json": "development.deprecations",
    "docs/rules.md": "codemod.rules.documentation",
    "docs/coverage.md": "development.coverage",
}


def refresh() -> Section:
    """Write every derived file anew where its content changes, whole or not at all."""
    lines, failed = [], False
    for name, module in DERIVED.items():
        file = ROOT / name
        done = _python("-m", module)
        if done.returncode:
            failed = True
            last = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
            lines.append(f"- {name}: **not refreshed**: `python -m {module}` failed: {last[0]}")
        elif not file.exists() or file.read_text(encoding="utf-8") != done.stdout:
            write(file, done.stdout.encode())
            lines.append(f"- {name}: refreshed")
        else:
            lines.append(f"- {name}: as it was")
    return Section("Derived files", tuple(lines), is_open=failed)


def unexamined() -> Section:
    """List the changed defaults that no rule knows and nobody has examined."""
    done = _python("-m", "development.coverage", "--unexamined")
    lines = tuple(done.stdout.splitlines())
    if done.returncode not in (0, 1):
        lines = (f"could not be listed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}",)
    return Section("Defaults that changed and nobody has examined", lines or ("None.",), is_open=done.returncode != 0)


def _python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
