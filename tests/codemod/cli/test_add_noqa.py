"""``check --add-noqa``: the real program on files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

CALL = 'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n'
SILENT = CALL.replace('"m")', '"m")  # noqa: MLF101 later')


def test_a_project_begins_with_a_clean_check(program: Program, write: Write) -> None:
    path = write("src/a.py", CALL)
    path.chmod(0o750)
    write("src/b.py", CALL.replace("\n", "\r\n"))
    write("clean.py", "print()\n")
    write("broken.py", "import mlflow\nmlflow.xgboost.log_model(\n")
    done = program("check", "--add-noqa", "later")
    assert done.returncode == 3
    assert done.stderr == b"comments were written in 2 files\n"
    assert b"failed broken.py: " in done.stdout
    assert path.read_text() == SILENT
    assert path.stat().st_mode & 0o777 == 0o750
    assert write("src/b.py", SILENT.replace("\n", "\r\n")).read_bytes() == SILENT.replace("\n", "\r\n").encode()
    assert program("check", "src", "clean.py").returncode == 0
    again = program("check", "--add-noqa", "other", "src", "clean.py")
    assert (again.returncode, again.stderr) == (0, b"comments were written in 0 files\n")
    assert path.read_text() == SILENT


def test_what_can_get_no_comment_is_left(program: Program, write: Write) -> None:
    path = write("Dockerfile", "FROM python\nRUN pip install 'mlflow<3'\n")
    done = program("check", "--add-noqa", "later", "--format", "json", path)
    assert done.returncode == 1
    (finding,) = json.loads(done.stdout)["files"][0]["findings"]
    assert finding["message"].endswith("(no comment can be put on its lines)")


def test_what_other_files_log_counts(program: Program, write: Write) -> None:
    """The project is surveyed as for every other run, so that exactly what check finds gets a comment."""
    write("train.py", 'import mlflow\nmlflow.xgboost.log_model(booster, "a/b")\n')
    write("serve.py", 'import mlflow\nmlflow.pyfunc.load_model(f"runs:/{run}/a/b")\n')
    write("other.py", CALL)
    before = json.loads(program("check", "--format", "json").stdout)
    assert sum(len(file["findings"]) for file in before["files"]) >= 3
    assert program("check", "--add-noqa", "later").returncode == 0
    assert program("check").returncode == 0


def test_in_processes(program: Program, write: Write, tmp_path: Path) -> None:
    for number in range(70):
        write(f"{number}.py", CALL)
    assert program("check", "--add-noqa", "later", "--jobs", "2").returncode == 0
    assert {path.read_text() for path in tmp_path.glob("*.py")} == {SILENT}


def test_what_a_branch_wrote(program: Program, write: Write, git: Git, tmp_path: Path) -> None:
    """Its own findings get a comment, also in new files; what it found there does not, and does not count."""
    git("init", "--quiet", "--initial-branch=main")
    write("old.py", CALL)
    path = write("a.py", CALL)
    git("add", "--all")
    git("commit", "--quiet", "--message=begin")
    git("checkout", "--quiet", "-b", "feature")
    write("a.py", CALL + 'mlflow.xgboost.log_model(booster, "n")\n')
    new = write("new.py", CALL)
    done = program("check", "--since", "main", "--add-noqa", "later")
    assert (done.returncode, done.stderr) == (0, b"comments were written in 2 files\n")
    assert path.read_text() == CALL + 'mlflow.xgboost.log_model(booster, "n")  # noqa: MLF101 later\n'
    assert new.read_text() == SILENT
    assert (tmp_path / "old.py").read_text() == CALL
    again = program("check", "--since", "main", "--add-noqa", "later")
    assert (again.returncode, again.stderr) == (0, b"comments were written in 0 files\n")
    assert program("check").returncode == 1


def test_what_a_branch_wrote_and_can_get_no_comment(program: Program, write: Write, git: Git) -> None:
    git("init", "--quiet", "--initial-branch=main")
    git("commit", "--quiet", "--allow-empty", "--message=begin")
    write("Dockerfile", "FROM python\nRUN pip install 'mlflow<3'\n")
    done = program("check", "--since", "main", "--add-noqa", "later")
    assert done.returncode == 1
    assert b"(no comment can be put on its lines)" in done.stdout


def test_standard_input(program: Program, tmp_path: Path) -> None:
    done = program("check", "--add-noqa", "later", "-", "--output", "json=out.json", data=CALL.encode())
    assert (done.returncode, done.stdout) == (0, SILENT.encode())
    assert b"1 suppressed" in done.stderr
    assert json.loads((tmp_path / "out.json").read_text())["exit_code"] == 0


def test_standard_output_is_not_shared(program: Program) -> None:
    done = program("check", "--add-noqa", "later", "-", "--format", "json", data=CALL.encode())
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"give the report a file" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--add-noqa", ""], "say why: a reason is written behind the codes of each comment"),
        (["--add-noqa", "E1 x"], "the reason 'E1 x' begins with what reads as the code of a rule; begin with a word"),
    ],
)
def test_wrong_use(program: Program, write: Write, arguments: list[str], message: str) -> None:
    path = write("a.py", CALL)
    done = program("check", *arguments)
    assert (done.returncode, done.stderr.decode(), done.stdout) == (2, f"error: {message}\n", b"")
    assert path.read_text() == CALL
