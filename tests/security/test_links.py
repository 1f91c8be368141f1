"""A run leaves what was named by no link, unless it was asked to."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

CODE = 'import mlflow\n\nmlflow.xgboost.log_model(booster, artifact_path="model")\n'


def states(done: subprocess.CompletedProcess[bytes]) -> dict[str, str]:
    assert done.returncode in (0, 1), done.stderr.decode()
    return {file["path"]: file["state"] for file in json.loads(done.stdout)["files"]}


@pytest.fixture(params=["tracked", "untracked", "no repository"])
def project(request: pytest.FixtureRequest, git: Git, write: Write, tmp_path: Path) -> Path:
    """A folder with links to files and folders outside of it."""
    write("outside/secret.py", CODE)
    write("outside/deep/more.py", CODE)
    folder = write("project/own.py", CODE).parent
    (folder / "file.py").symlink_to("../outside/secret.py")
    (folder / "absolute.py").symlink_to(tmp_path / "outside/secret.py")
    (folder / "folder").symlink_to("../outside/deep")
    (folder / "up").symlink_to("..")
    (folder / "chain.py").symlink_to("file.py")
    (folder / "inner.py").symlink_to("own.py")
    if request.param != "no repository":
        git("init", "-q", cwd=folder)
    if request.param == "tracked":
        git("add", ".", cwd=folder)
        git("commit", "-qm", "x", cwd=folder)
    return folder


def outside(tmp_path: Path) -> list[str]:
    return [path.read_text() for path in sorted((tmp_path / "outside").rglob("*.py"))]


def test_what_lies_outside_is_not_written_and_that_is_said(project: Path, program: Program, tmp_path: Path) -> None:
    done = program("apply", ".", "--format", "json", cwd=project)
    assert outside(tmp_path) == [CODE, CODE]
    assert states(done) == {
        "own.py": "changed", "file.py": "skipped", "absolute.py": "skipped", "chain.py": "skipped", "folder": "skipped", "up": "skipped",
    }  # fmt: skip
    reasons = {file["path"]: file.get("reason", "") for file in json.loads(done.stdout)["files"]}
    assert all("--follow-links" in reasons[name] for name in ("file.py", "absolute.py", "chain.py", "folder", "up"))
    text = program("check", ".", cwd=project).stdout.decode()
    assert "skipped file.py: a symbolic link that leads out of what was named" in text


def test_they_are_followed_when_asked(project: Path, program: Program, tmp_path: Path) -> None:
    done = program("apply", ".", "--follow-links", "--format", "json", cwd=project)
    assert set(states(done).values()) == {"changed"}
    assert all('name="model"' in text for text in outside(tmp_path))
    assert (project / "file.py").is_symlink()


def test_a_link_is_followed_to_what_was_named_as_well(project: Path, program: Program, tmp_path: Path) -> None:
    done = program("check", "project", "outside/secret.py", "--format", "json")
    assert states(done)["outside/secret.py"] != "skipped"
    assert "project/file.py" not in states(done)
    assert states(done)["project/folder"] == "skipped"


def test_a_link_that_is_named_is_what_was_asked_for(project: Path, program: Program, tmp_path: Path) -> None:
    done = program("apply", "project/file.py", "--format", "json")
    assert states(done) == {"project/file.py": "changed"}


def test_other_commands_follow_no_link_either(project: Path, program: Program, tmp_path: Path) -> None:
    assert program("baseline", "write", "project", "--baseline", "known.json").returncode == 0
    known = (tmp_path / "known.json").read_text()
    assert "own.py" in known
    assert "outside" not in known
    assert program("report", "project", "--output", "page.md").returncode == 0
    page = (tmp_path / "page.md").read_text()
    assert "own.py" in page
    assert "secret.py:" not in page
