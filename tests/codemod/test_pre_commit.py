"""The hooks that other projects use, run by the real pre-commit from a local definition with the same settings."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).parents[2]
HOOKS: list[dict[str, Any]] = yaml.safe_load((PROJECT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))

Write = Callable[..., Path]
Git = Callable[..., str]

OLD = 'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n'
NEW = 'import mlflow\nmlflow.xgboost.log_model(booster, name="m")\n'


@pytest.fixture
def run(git: Git, write: Write, tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    """Run one hook over all files of a scratch repository.

    The definitions are the shipped ones; only the installation is left out: they run in this environment.
    """
    hooks = []
    for hook in HOOKS:
        name, _, arguments = hook["entry"].partition(" ")
        assert name == "mlflow-codemod"
        hooks.append({**hook, "language": "system", "entry": f"'{sys.executable}' -m codemod {arguments}"})
    git("init", "-q")
    write(".pre-commit-config.yaml", yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]}))
    write("pyproject.toml", '[tool.mlflow-codemod]\nexclude = ["vendored/"]\n')
    write("old.py", OLD)
    write("stub.pyi", "import mlflow\n")
    write("vendored/theirs.py", OLD)
    write("notes.txt", OLD)
    git("add", ".")

    def pre_commit(hook: str) -> subprocess.CompletedProcess[str]:
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PRE_COMMIT_HOME": str(tmp_path / ".git" / "cache")}
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files", "--verbose", "--color", "never", hook],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    return pre_commit


def test_check_reports_and_writes_nothing(
    run: Callable[[str], subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    done = run("mlflow-codemod-check")
    assert done.returncode == 1, done.stderr
    assert "MLF101" in done.stdout
    assert "old.py" in done.stdout
    assert "theirs.py:" not in done.stdout
    assert "notes.txt" not in done.stdout
    assert (tmp_path / "old.py").read_text() == OLD


def test_apply_rewrites_then_has_nothing_left(
    run: Callable[[str], subprocess.CompletedProcess[str]], git: Git, tmp_path: Path
) -> None:
    done = run("mlflow-codemod-apply")
    assert done.returncode == 1, done.stderr
    assert "files were modified by this hook" in done.stdout
    assert (tmp_path / "old.py").read_text() == NEW
    assert (tmp_path / "vendored/theirs.py").read_text() == OLD
    git("add", ".")
    assert run("mlflow-codemod-apply").returncode == 0
    assert run("mlflow-codemod-check").returncode == 0
