"""``baseline``: a scratch repository, the real Git, the real program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

NAME = ".mlflow-codemod-baseline.json"


def calls(*names: str) -> str:
    return "import mlflow\n" + "".join(f'mlflow.xgboost.log_model(booster, "{name}")\n' for name in names)


def found(done: subprocess.CompletedProcess[bytes]) -> list[tuple[str, int]]:
    assert done.returncode in (0, 1), done.stderr.decode()
    files = json.loads(done.stdout)["files"]
    return [(file["path"], finding["line"]) for file in files for finding in file["findings"]]


@pytest.fixture
def known(git: Git, write: Write, program: Program) -> None:
    """A main branch with four findings, all in the baseline, and a branch ``pr``."""
    git("init", "-q", "-b", "main")
    write("a.py", calls("one", "two"))
    write("src/b.py", calls("three", "three"))
    done = program("baseline", "write")
    assert (done.returncode, done.stdout.decode()) == (0, f"{NAME}: 4 known findings\n")
    git("add", ".")
    git("commit", "-qm", "known")
    git("checkout", "-qb", "pr")


class TestCheck:
    def test_none_for_the_old_ones(self, known: None, program: Program) -> None:
        done = program("baseline", "check", "--format", "json")
        assert (found(done), done.returncode) == ([], 0)
        assert done.stderr.decode() == f"{NAME}: 4 known findings are tolerated\n"
        assert program("check").returncode == 1

    def test_one_that_is_new_among_some_that_moved(self, known: None, write: Write, program: Program) -> None:
        write("a.py", "# above\n\n" + calls("two", "one", "new"))
        done = program("baseline", "check", "--format", "json")
        assert (found(done), done.returncode) == ([("a.py", 6)], 1)

    def test_one_more_of_equal_lines_is_new(self, known: None, write: Write, program: Program) -> None:
        write("src/b.py", calls("three", "three", "three"))
        assert len(found(program("baseline", "check", "--format", "json"))) == 1

    def test_from_another_folder(self, known: None, program: Program, tmp_path: Path) -> None:
        done = program("baseline", "check", "--baseline", f"../{NAME}", ".", cwd=tmp_path / "src")
        assert (done.returncode, done.stderr.decode()) == (0, f"../{NAME}: 2 known findings are tolerated\n")

    def test_what_cannot_be_analysed_is_not_fixed(self, known: None, write: Write, program: Program) -> None:
        write("a.py", "import mlflow\nmlflow.xgboost.log_model(\n")
        done = program("baseline", "check", "--prune")
        assert (done.returncode, done.stderr.decode()) == (3, f"{NAME}: 2 known findings are tolerated\n")


class TestFixed:
    def test_must_leave_the_baseline(self, known: None, write: Write, program: Program, tmp_path: Path) -> None:
        write("a.py", calls("two"))
        before = (tmp_path / NAME).read_text()
        done = program("baseline", "check")
        assert done.returncode == 1
        assert 'fixed: a.py: MLF101 mlflow.xgboost.log_model(booster, "one")' in done.stderr.decode()
        assert "--prune" in done.stderr.decode()
        assert (tmp_path / NAME).read_text() == before
        done = program("baseline", "check", "--prune")
        said = f"{NAME}: 3 known findings are tolerated\n{NAME}: 1 fixed finding taken out\n"
        assert (done.returncode, done.stderr.decode()) == (0, said)
        assert program("baseline", "check").returncode == 0
        write("a.py", calls("one", "two"))
        assert found(program("baseline", "check", "--format", "json")) == [("a.py", 2)]

    def test_may_stay_for_a_while(self, known: None, write: Write, program: Program, tmp_path: Path) -> None:
        write("a.py", calls("two"))
        before = (tmp_path / NAME).read_text()
        done = program("baseline", "check", "--allow-fixed")
        assert done.returncode == 0
        assert "1 fixed finding can be taken out; `--prune` takes them out" in done.stderr.decode()
        assert (tmp_path / NAME).read_text() == before
        assert "`--allow-fixed` leaves them until later" in program("baseline", "check").stderr.decode()

    def test_a_file_that_is_gone(self, known: None, program: Program, tmp_path: Path) -> None:
        (tmp_path / "a.py").unlink()
        assert program("baseline", "check").returncode == 1
        program("baseline", "check", "--prune")
        assert program("baseline", "check").returncode == 0

    def test_only_where_one_looked(self, known: None, write: Write, program: Program) -> None:
        write("a.py", calls())
        assert program("baseline", "check", "src").returncode == 0
        assert program("baseline", "check", "--select", "MLF3").returncode == 0
        assert program("baseline", "check", "a.py").returncode == 1


class TestFile:
    def test_is_the_same_each_time_with_an_entry_on_each_line(
        self, known: None, program: Program, tmp_path: Path
    ) -> None:
        before = (tmp_path / NAME).read_text()
        program("baseline", "write")
        assert (tmp_path / NAME).read_text() == before
        lines = before.splitlines()
        assert len(lines) == 4 + 2
        assert lines[1:-1] == sorted(lines[1:-1])
        head, *entries = json.loads(before)
        assert head == {"mlflow-codemod-baseline": 1}
        assert [entry["path"] for entry in entries] == ["a.py", "a.py", "src/b.py", "src/b.py"]

    def test_two_branches_that_prune_merge(self, known: None, git: Git, write: Write, program: Program) -> None:
        write("a.py", calls("two"))
        program("baseline", "check", "--prune")
        git("commit", "-qam", "fix the first entry")
        git("checkout", "-q", "main")
        write("src/b.py", calls())
        program("baseline", "check", "--prune")
        git("commit", "-qam", "fix the last entries")
        git("merge", "-q", "--no-edit", "pr")
        done = program("baseline", "check")
        assert (done.returncode, done.stderr.decode()) == (0, f"{NAME}: 1 known finding is tolerated\n")

    def test_write_of_a_part_keeps_the_rest(self, known: None, write: Write, program: Program) -> None:
        write("a.py", calls("one", "two", "new"))
        write("src/b.py", calls())
        assert b"5 known" in program("baseline", "write", "a.py").stdout

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            (None, "no such baseline"),
            ("[", "is not JSON"),
            ("<<<<<<< HEAD\n[", "settle the conflict"),
            ("{}", "is not a baseline"),
            ('[{"mlflow-codemod-baseline": 2}]', "has format 2"),
            ('[{"mlflow-codemod-baseline": 1}, {"path": "a.py"}]', "is not a baseline"),
        ],
    )
    def test_that_is_none(self, write: Write, program: Program, text: str | None, message: str) -> None:
        write("a.py", calls("one"))
        if text is not None:
            write(NAME, text)
        done = program("baseline", "check")
        assert (done.returncode, done.stdout) == (2, b"")
        (line,) = done.stderr.decode().splitlines()
        assert message in line
