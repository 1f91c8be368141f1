"""What the tests of the fleet share: repositories that are made for them, and the real program."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.codemod.conftest import clean_environment, git
from tests.loaded_program import LoadedProgram
from tests.security.conftest import tripwire

__all__ = ["git", "tripwire"]

OLD = 'import mlflow\n\nmlflow.xgboost.log_model(booster, artifact_path="model")\n'
IDENTITY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "A. Person"), ("EMAIL", "a@example.org"))
}


class Fleet:
    """A folder with repositories, a list of them, and the command on it.

    Attributes:
        forks_children: Whether `run` lets forks work on the repositories; else interpreters start anew.
        constants: See `tests.loaded_program.LoadedProgram.run`.
    """

    def __init__(self, folder: Path, git: Callable[..., str], program: LoadedProgram) -> None:
        self.folder = folder
        self.git = git
        self.program = program
        self.work = folder / "work"
        self.list = folder / "list.txt"
        self.forks_children = True
        self.constants: dict[str, float] = {}

    def repository(self, name: str, files: dict[str, str | bytes] | None = None) -> Path:
        """Make a repository with one commit."""
        path = self.folder / "origins" / name
        path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main", cwd=path)
        self.commit(path, {"train.py": OLD} if files is None else files)
        return path

    def commit(self, path: Path, files: dict[str, str | bytes]) -> str:
        """Commit files and return the commit's name."""
        for name, content in files.items():
            target = path / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.encode() if isinstance(content, str) else content)
        self.git("add", "--all", cwd=path)
        self.git("commit", "-q", "--allow-empty", "-m", "work", cwd=path)
        return self.git("rev-parse", "HEAD", cwd=path).strip()

    def write(self, *lines: str | Path) -> None:
        """Write the list."""
        self.list.write_text("".join(f"{line}\n" for line in lines), "utf-8")

    def start(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start the command."""
        return subprocess.Popen(
            [sys.executable, "-m", "codemod", *self.arguments(*arguments)],
            cwd=self.folder, env=self.environment(**environment), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip

    def arguments(self, *more: str) -> list[str]:
        """Return the command line."""
        return ["fleet", str(self.list), "--work", str(self.work), *more]

    def environment(self, **more: str) -> dict[str, str]:
        """Return an environment with an author and nothing of the machine's configuration."""
        return clean_environment(**{"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", **IDENTITY, **more})

    def run(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        """Run the command."""
        return self.program.run(
            self.arguments(*arguments), str(self.folder), self.environment(**environment), timeout=400,
            forks_children=self.forks_children, constants=self.constants,
        )  # fmt: skip

    def told(self, *arguments: str, **environment: str) -> dict[str, Any]:
        """Run the command and return its JSON."""
        done = self.run("--format", "json", *arguments, **environment)
        assert done.stdout, done.stderr.decode()
        told: dict[str, Any] = json.loads(done.stdout)
        assert told["exit_code"] == done.returncode
        return told

    def tree(self, repository: dict[str, Any]) -> Path:
        """Return the work tree of a repository in the JSON."""
        return self.work / repository["folder"] / "tree"


@pytest.fixture
def fleet(tmp_path: Path, git: Callable[..., str], loaded_program: LoadedProgram) -> Fleet:
    return Fleet(tmp_path, git, loaded_program)


def by_name(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {repository["name"]: repository for repository in told["repositories"]}


def in_place_of_git(fleet: Fleet, *cases: str) -> str:
    """Return a PATH on which a program answers some of the calls of Git, as cases of a shell, and hands on the others."""
    folder = fleet.folder / "bin"
    folder.mkdir()
    others = f'*) exec {shutil.which("git")} "$@" ;;'
    (folder / "git").write_text("\n".join(["#!/bin/sh", 'case "$*" in', *cases, others, "esac\n"]))
    (folder / "git").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"
