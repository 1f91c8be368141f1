"""A made-up project with every changed thing in a file of its own: red, migrated, the rest by hand, green, and it runs on MLflow 3.

Its files are the rules' own programs. Alone they prove one rule each; here all rules and the pass over the whole project meet.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from codemod.rules import all_rules
from codemod.rules.base import Example, Rule, Run
from compat_tests import on_mlflow_2
from compat_tests.environments import PROJECT

FAILS = Run(raises="not claimed to run")
# Programs that run on MLflow 2, and that a rule can fix or whose rule shows what a person writes.
PROGRAMS: dict[str, tuple[Rule, Example]] = {
    f"{rule.code.lower()}_{number}.py": (rule, example)
    for rule in all_rules()
    for number, example in enumerate(rule.examples)
    if example.after is not None or example.by_hand is not None
    if not rule.opt_in and not set(example.settings) - {"unsafe"}
    if example.runs.get("2 before", FAILS).raises is None
    # MLF103 leaves this one to a person, too, as it cannot tell which flavor it is; there is nothing to write.
    if example.title != "one of two flavors"
}
# What these two say depends on the whole project: other files here name a store, and open runs in ways of their own.
for _alone in ("mlf507_0.py", "mlf205_0.py"):
    del PROGRAMS[_alone]
BY_HAND = {name: example.by_hand for name, (_, example) in PROGRAMS.items() if example.by_hand is not None}


def codemod(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the codemod on a folder."""
    command = [sys.executable, "-m", "codemod", *arguments, "--isolated", "."]
    environment = os.environ | {"PYTHONPATH": str(PROJECT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


def _left(done: subprocess.CompletedProcess[str]) -> set[str]:
    """Return the files in which something is left to do."""
    files = json.loads(done.stdout)["files"]
    return {file["path"] for file in files if any(not finding["fixed"] for finding in file["findings"])}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project as it was."""
    folder = tmp_path_factory.mktemp("project")
    for name, (_, example) in PROGRAMS.items():
        (folder / name).write_text(example.before, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def migrated(project: Path) -> Mapping[str, str]:
    """The project's files after the codemod, and after a person did what it left; it was red before."""
    before = codemod("check", "--format", "json", folder=project)
    assert before.returncode == 1, before.stdout + before.stderr
    assert _left(before) == set(PROGRAMS), "check names every file"
    applied = codemod("apply", "--unsafe", "--format", "json", folder=project)
    assert applied.returncode == 1, applied.stdout + applied.stderr
    left = codemod("check", "--format", "json", folder=project)
    assert _left(left) == set(BY_HAND) <= _left(applied), "what is left to a person is listed, and nothing else"
    for name, text in BY_HAND.items():
        (project / name).write_text(text, encoding="utf-8")
    return {name: (project / name).read_text(encoding="utf-8") for name in PROGRAMS}


def test_it_is_green_afterwards(project: Path, migrated: Mapping[str, str]) -> None:
    assert migrated
    after = codemod("check", "--format", "json", folder=project)
    findings = [f for file in json.loads(after.stdout)["files"] for f in file["findings"]]
    assert findings == [], "\n".join(str(finding) for finding in findings)
    assert after.returncode == 0


def test_its_code_does_on_mlflow_3_what_it_did_on_mlflow_2(project: Path, migrated: Mapping[str, str]) -> None:
    before = on_mlflow_2.known({name: example.before for name, (_, example) in PROGRAMS.items()})
    after = on_mlflow_2.run("3", migrated)
    assert {name: outcome.error for name, outcome in before.items() if outcome.error} == {}
    assert {name: outcome.error for name, outcome in after.items() if outcome.error} == {}
    differing = {
        name: (before[name].result, after[name].result)
        for name in PROGRAMS
        if before[name].result != after[name].result
    }
    assert differing == {}
