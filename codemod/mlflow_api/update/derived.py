"""Refreshes the files that are made from the API data, each in a process of its own: the data is read once in a process."""

from __future__ import annotations

from codemod.disk.writing import write_new
from codemod.mlflow_api.update.children import is_told, last_error_line, python
from codemod.mlflow_api.update.report import ROOT, Section

#: Derived file, and the module that prints what stands in it. A file that others rest on comes first.
DERIVED = {
    "codemod/rules/removed/vocabulary.json": "development.vocabulary",
    "codemod/rules/removed/deprecations.json": "development.deprecations",
    "docs/rules.md": "codemod.documentation",
    "docs/coverage.md": "development.coverage",
}


def refresh() -> Section:
    """Write every derived file anew where its content changes, whole or not at all."""
    lines, failed = [], False
    for name, module in DERIVED.items():
        file = ROOT / name
        done = python(module)
        if done.returncode:
            failed = True
            lines.append(f"- {name}: **not refreshed**: `python -m {module}` failed: {last_error_line(done)}")
        elif not file.exists() or file.read_text(encoding="utf-8") != done.stdout:
            write_new(str(file), done.stdout.encode())
            lines.append(f"- {name}: refreshed")
        else:
            lines.append(f"- {name}: as it was")
    return Section("Derived files", tuple(lines), is_open=failed)


def unexamined() -> Section:
    """List the changed defaults that no rule knows and nobody has examined."""
    done = python("development.coverage", "--unexamined")
    lines = tuple(done.stdout.splitlines()) if is_told(done) else (f"Could not be listed: {last_error_line(done)}",)
    return Section("Defaults that changed and nobody has examined", lines or ("None.",), is_open=done.returncode != 0)
