"""``check --since``: a scratch repository, the real Git, the real program."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

SHIFTED = 'import mlflow\n\nmlflow.xgboost.log_model(booster, "shifted")\n'
RENAMED = "import mlflow\n\n" + "# a line that stays\n" * 20 + 'mlflow.xgboost.log_model(booster, "renamed")\n'
MOVED = (
    "import mlflow\n\n\ndef first(model):\n    mlflow.xgboost.log_model(\n        model,\n"
    '        "moved",\n    )\n\n\ndef second():\n    return 1\n\n\ndef third():\n    return second() + 1\n'
)
NEW = 'import mlflow\n\nmlflow.xgboost.log_model(booster, "new")\n'


def notebook(*cells: str, count: int | None = None) -> str:
    return json.dumps(
        {
            "cells": [
                {
                    "cell_type": "code", "execution_count": count, "metadata": {}, "outputs": [],
                    "source": cell.splitlines(keepends=True),
                }
                for cell in cells
            ],
            "metadata": {"language_info": {"name": "python"}}, "nbformat": 4, "nbformat_minor": 4,
        },
        indent=1,
    )  # fmt: skip


def findings(done: subprocess.CompletedProcess[bytes]) -> list[tuple[str, int]]:
    assert done.returncode in (0, 1), done.stderr.decode()
    files = json.loads(done.stdout)["files"]
    return [(file["path"], finding["line"]) for file in files for finding in file["findings"]]


@pytest.fixture
def repository(git: Git, write: Write) -> None:
    """A base branch with old findings, and a branch ``pr`` that starts there."""
    git("init", "-q", "-b", "main")
    write("shifted.py", SHIFTED)
    write("renamed.py", RENAMED)
    write("moved.py", MOVED)
    write("book.ipynb", notebook("import mlflow", 'mlflow.xgboost.log_model(booster, "old")'))
    git("add", ".")
    git("commit", "-qm", "old")
    git("checkout", "-qb", "pr")


def move_three(git: Git, write: Write) -> None:
    write("shifted.py", "# one\n# two\n" + SHIFTED)
    git("mv", "renamed.py", "other name.py")
    head, body = MOVED.split("def first")
    first, rest = ("def first" + body).split("\n\n\n", 1)
    write("moved.py", head + rest + "\n\n" + first + "\n")


class TestWhatCounts:
    def test_one_that_is_new_and_three_that_moved(
        self, repository: None, git: Git, write: Write, program: Program
    ) -> None:
        assert len(findings(program("check", "--format", "json"))) == 4
        move_three(git, write)
        write("new.py", NEW)
        git("add", ".")
        git("commit", "-qm", "pull request")
        git("checkout", "-q", "main")
        write("later.py", NEW)
        git("add", ".")
        git("commit", "-qm", "what main did since is not the branch's")
        git("checkout", "-q", "pr")
        assert findings(program("check", "--since", "main", "--format", "json")) == [("new.py", 3)]
        annotations = program("check", "--since", "main", "--format", "github").stdout.decode().splitlines()
        assert len([line for line in annotations if line.startswith("::")]) == 1

    def test_nothing_new_is_success(self, repository: None, git: Git, write: Write, program: Program) -> None:
        move_three(git, write)
        git("commit", "-qam", "moves")
        done = program("check", "--since", "main")
        assert (done.returncode, done.stderr) == (0, b"")

    def test_any_line_of_a_call(self, repository: None, write: Write, program: Program) -> None:
        write("moved.py", MOVED.replace("        model,\n", "        model.best,\n"))
        assert findings(program("check", "--since", "main", "--format", "json")) == [("moved.py", 5)]

    def test_a_copy_is_new_though_its_original_moved(self, repository: None, write: Write, program: Program) -> None:
        line = 'mlflow.xgboost.log_model(booster, "shifted")\n'
        write("shifted.py", "import mlflow\n\nprint(1)\nprint(2)\n" + line + "print(3)\n" + line)
        assert len(findings(program("check", "--since", "main", "--format", "json"))) == 1

    def test_untracked_and_staged_files(self, repository: None, git: Git, write: Write, program: Program) -> None:
        write("untracked.py", NEW)
        write("stäged.py", NEW)
        git("add", "stäged.py")
        found = findings(program("check", "--since", "main", "--format", "json"))
        assert sorted(found) == [("stäged.py", 3), ("untracked.py", 3)]

    def test_from_a_folder_below_the_root(self, repository: None, git: Git, write: Write, program: Program) -> None:
        write("src/new.py", NEW)
        found = findings(program("check", "--since", "main", "--format", "json", cwd=write("src/a").parent))
        assert found == [("new.py", 3)]

    def test_a_failure_in_an_untouched_file_is_not_the_branchs(
        self, repository: None, git: Git, write: Write, program: Program
    ) -> None:
        write("broken.py", "import mlflow\nmlflow.xgboost.log_model(\n")
        assert program("check", "--since", "main").returncode == 3
        git("add", ".")
        git("commit", "-qm", "broken")
        done = program("check", "--since", "HEAD", "--format", "json")
        assert done.returncode == 0
        (file,) = (file for file in json.loads(done.stdout)["files"] if file["path"] == "broken.py")
        assert file["state"] == "skipped"
        assert "did not touch" in file["reason"]


class TestWithABaseline:
    LINE = 'mlflow.xgboost.log_model(booster, "shifted")\n'

    @pytest.fixture
    def known(self, repository: None, git: Git, program: Program) -> None:
        assert program("baseline", "write").returncode == 0
        git("add", ".")
        git("commit", "-qm", "known")

    def new(self, program: Program) -> list[tuple[str, int]]:
        return findings(program("baseline", "check", "--since", "main", "--format", "json"))

    def test_what_is_known_stays_known_though_its_line_was_touched(
        self, known: None, write: Write, program: Program
    ) -> None:
        write("moved.py", MOVED.replace("        model,\n", "        model.best,\n"))
        assert findings(program("check", "--since", "main", "--format", "json")) == [("moved.py", 5)]
        assert self.new(program) == []

    def test_what_is_new_counts_only_where_the_branch_wrote(
        self, known: None, git: Git, write: Write, program: Program
    ) -> None:
        write("later.py", NEW)
        git("add", ".")
        git("commit", "-qm", "on main as well, where nobody noted it")
        git("branch", "-f", "main")
        write("mine.py", NEW)
        found = findings(program("baseline", "check", "--format", "json"))
        assert found == [("later.py", 3), ("mine.py", 3)]
        assert self.new(program) == [("mine.py", 3)]

    @pytest.mark.parametrize("above", [True, False])
    def test_of_equal_lines_the_touched_one_is_new(
        self, known: None, write: Write, program: Program, above: bool
    ) -> None:
        first, second = ("if x:\n    " + self.LINE, self.LINE) if above else (self.LINE, "if x:\n    " + self.LINE)
        write("shifted.py", f"import mlflow\n\n{first}print(1)\n{second}")
        assert self.new(program) == [("shifted.py", 4 if above else 6)]

    def test_names_are_those_that_a_run_over_all_lines_gives(
        self, repository: None, write: Write, program: Program
    ) -> None:
        write("shifted.py", SHIFTED + "print(1)\n" + self.LINE)
        (only,) = program("check", "--since", "main", "--format", "jsonl", "shifted.py").stdout.splitlines()[:1]
        everything = program("check", "--format", "jsonl", "shifted.py").stdout.splitlines()
        assert json.loads(only)["line"] == 5
        assert only == everything[1]

    def test_what_is_fixed_must_leave_the_baseline_all_the_same(
        self, known: None, write: Write, program: Program
    ) -> None:
        write("shifted.py", "import mlflow\n")
        done = program("baseline", "check", "--since", "main")
        assert done.returncode == 1
        assert b"fixed: shifted.py: MLF101" in done.stderr


class TestNotebooks:
    def test_outputs_and_cells_before_touch_nothing(self, repository: None, write: Write, program: Program) -> None:
        cells = "x = 1\ny = 2", "import mlflow", 'mlflow.xgboost.log_model(booster, "old")'
        write("book.ipynb", notebook(*cells, count=7))
        assert findings(program("check", "--since", "main", "--format", "json")) == []

    def test_a_new_line_in_a_cell(self, repository: None, write: Write, program: Program) -> None:
        calls = 'mlflow.xgboost.log_model(booster, "old")\nmlflow.xgboost.log_model(booster, "new")'
        write("book.ipynb", notebook("import mlflow", calls))
        assert findings(program("check", "--since", "main", "--format", "json")) == [("book.ipynb", 2)]


class TestErrors:
    def one_line(self, done: subprocess.CompletedProcess[bytes]) -> str:
        assert done.returncode == 2
        assert done.stdout == b""
        (line,) = done.stderr.decode().splitlines()
        return line

    def test_no_work_tree(self, write: Write, program: Program) -> None:
        write("a.py", NEW)
        assert "is not in a Git work tree" in self.one_line(program("check", "--since", "main"))

    @pytest.mark.parametrize("name", ["nowhere", "--all"])
    def test_unknown_commit(self, repository: None, program: Program, name: str) -> None:
        assert f"Git knows no commit {name}" in self.one_line(program("check", "--since", name))

    def test_no_commit_in_common(self, repository: None, git: Git, program: Program) -> None:
        git("checkout", "-q", "--orphan", "stranger")
        git("commit", "-qm", "stranger")
        assert "no commit in common" in self.one_line(program("check", "--since", "main"))

    def test_standard_input(self, program: Program) -> None:
        assert program("check", "--since", "main", "-").returncode == 2


class TestWhatGitDoesNotSee:
    @pytest.mark.parametrize("bit", ["--assume-unchanged", "--skip-worktree"])
    def test_changes_in_files_that_the_index_hides(
        self, repository: None, git: Git, write: Write, program: Program, bit: str
    ) -> None:
        git("update-index", bit, "shifted.py", "renamed.py")
        write("shifted.py", SHIFTED + 'mlflow.xgboost.log_model(booster, "new")\n')
        assert git("status", "--porcelain") == ""
        done = program("check", "--since", "main", "--format", "json")
        assert findings(done) == [("shifted.py", 4)]

    def test_a_file_that_only_its_time_tells_apart(self, repository: None, write: Write, program: Program) -> None:
        os.utime(write("shifted.py", SHIFTED), (1, 1))
        assert findings(program("check", "--since", "main", "--format", "json")) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_pin_on_a_later_line_of_a_command(
    git: Git, write: Write, program: Program, tmp_path: Path, newline: str
) -> None:
    lines = [
        "# Databricks notebook source",
        "# MAGIC %pip install \\",
        "# MAGIC   numpy \\",
        "# MAGIC   mlflow==3.1",
        "",
    ]
    git("init", "-q", "-b", "main")
    (tmp_path / "book.py").write_bytes(newline.join(lines).encode())
    write("book.ipynb", notebook("%pip install \\\n  numpy \\\n  'mlflow==3.1'\n"))
    git("add", ".")
    git("commit", "-qm", "old")
    git("checkout", "-qb", "pr")
    (tmp_path / "book.py").write_bytes(newline.join(lines).replace("3.1", "2.9").encode())
    write("book.ipynb", notebook("%pip install \\\n  numpy \\\n  'mlflow==2.9'\n"))
    found = findings(program("check", "--since", "main", "--format", "json"))
    assert [path for path, _ in found] == ["book.ipynb", "book.py"]
