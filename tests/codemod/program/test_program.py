"""What crosses a file: each case is a small project, with what becomes of it and what is said.

A folder below ``cases`` holds ``before`` (the project), ``after`` (the files that change, if any), ``found.txt`` (one line for each
finding: its place, its rule, and whether it is fixed, suppressed, unsafe or by hand) and, if it needs some, ``options.txt``.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

import pytest

from codemod.findings import Finding, Outcome
from codemod.running.discovery import Input
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

# Most programs that log a model get these, and few cases are about them: only a case that lists them is asked for them.
_OFTEN = ("MLF103", "MLF109")

CASES = sorted(path for path in (Path(__file__).parent / "cases").iterdir() if path.is_dir())


def settings_of(case: Path) -> Settings:
    options = (case / "options.txt").read_text().split() if (case / "options.txt").exists() else []
    name_from = options[options.index("--name-from") + 1] if "--name-from" in options else "artifact-path"
    return Settings(unsafe="--unsafe" in options, name_from=name_from)


def project_of(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def shown(outcome: Outcome, left_out: Collection[str]) -> list[str]:
    return [
        f"{outcome.path}:{finding.location.line}: {finding.code} {verdict(finding)}"
        for finding in outcome.findings
        if finding.code not in left_out
    ]


def verdict(finding: Finding) -> str:
    if finding.suppressed:
        return "suppressed"
    return "fixed" if finding.fixed else finding.safety.value


def run_in(folder: Path, settings: Settings, jobs: int) -> list[Outcome]:
    targets = [Input(name, str(folder / name)) for name in project_of(folder)]
    outcomes: list[Outcome] = []
    run(targets, RunOptions(settings, write=True, jobs=jobs), outcomes.append)
    return sorted(outcomes, key=lambda outcome: outcome.path)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_case(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "project"
    shutil.copytree(case / "before", folder)
    monkeypatch.chdir(folder)
    outcomes = run_in(folder, settings_of(case), jobs=1)
    wanted = (case / "found.txt").read_text()
    left_out = [code for code in _OFTEN if code not in wanted]
    assert [line for outcome in outcomes for line in shown(outcome, left_out)] == wanted.splitlines()
    expected = project_of(case / "before") | (project_of(case / "after") if (case / "after").exists() else {})
    assert project_of(folder) == expected
