"""How reports look, what fails a run, what is next, and commands that are called by other names."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from codemod.cli import cli, neighbours
from tests.codemod.conftest import Program

Write = Callable[..., Path]
Git = Callable[..., str]

WARNS = "import mlflow\nmlflow.xgboost.log_model(booster, 'm')\n"
BREAKS = "import mlflow\nprint(mlflow.active_run().info.run_uuid)\n"


class TestLayouts:
    def test_concise_has_one_line_for_each_finding(self, program: Program, write: Write) -> None:
        write("a.py", WARNS)
        write("b.py", BREAKS)
        done = program("check", "--output-format", "concise", "-q")
        lines = done.stdout.decode().splitlines()
        assert [re.match(r"([ab]\.py:\d+:\d+): (\w+) MLF\d+ .* \[safe fix\]$", line).groups() for line in lines] == [  # type: ignore[union-attr]
            ("b.py:2:7", "breaks"), ("a.py:2:1", "deprecated"),
        ]  # fmt: skip

    def test_full_shows_the_fix(self, program: Program, write: Write) -> None:
        write("b.py", BREAKS)
        done = program("check", "--output-format", "full")
        assert b"        +print(mlflow.active_run().info.run_id)\n" in done.stdout

    def test_what_can_wait_is_listed_when_asked_for(self, program: Program, write: Write) -> None:
        write("a.py", WARNS)
        write("b.py", BREAKS)
        assert b"a.py:2:1" not in program("check").stdout
        assert b"a.py:2:1" in program("check", "-v").stdout

    def test_apply_has_them_too(self, program: Program, write: Write) -> None:
        write("a.py", "import mlflow\nmlflow.onnx.log_model(m, name='a/b')\n")
        done = program("apply", "--output-format", "concise", "-q")
        assert done.stdout.startswith(b"a.py:2:31: breaks MLF102 ")
        assert done.stdout.count(b"\n") == 1


class TestFailOn:
    @pytest.mark.parametrize(
        ("fail_on", "warns", "breaks"), [("any", 1, 1), ("deprecated", 1, 1), ("changes", 0, 1), ("breaks", 0, 1)]
    )
    def test_findings_fail_from_a_severity_on(
        self, program: Program, write: Write, fail_on: str, warns: int, breaks: int
    ) -> None:
        write("a.py", WARNS)
        write("b.py", BREAKS)
        assert program("check", "--fail-on", fail_on, "a.py").returncode == warns
        assert program("check", "--fail-on", fail_on, "b.py").returncode == breaks

    def test_nothing_that_was_not_analysed_passes(self, program: Program, write: Write) -> None:
        write("a.py", "import mlflow\nmlflow.log_model(\n")
        assert program("check", "--fail-on", "breaks").returncode == 3
        assert program("check", "--exit-zero").returncode == 3

    def test_exit_zero(self, program: Program, write: Write) -> None:
        write("b.py", BREAKS)
        done = program("check", "--exit-zero")
        assert done.returncode == 0
        assert b"MLF403" in done.stdout


class TestNext:
    def test_check_names_the_command_with_the_paths(self, program: Program, write: Write) -> None:
        write("src/my file.py", BREAKS)
        said = program("check", "src/my file.py").stdout.decode()
        assert "Next: `python -m codemod apply 'src/my file.py'` makes 1 safe fix in 1 file\n\nBreaks on" in said

    def test_the_command_is_the_one_that_was_typed(self, write: Write, tmp_path: Path) -> None:
        write("b.py", BREAKS)
        result = CliRunner().invoke(cli, ["check", "--isolated", str(tmp_path)], prog_name="mlflow-codemod")
        assert "Next: `mlflow-codemod apply " in result.output
        assert "python -m codemod" not in result.output

    def test_apply_says_what_comes_after_it(self, program: Program, write: Write) -> None:
        write("b.py", BREAKS)
        said = program("apply").stdout.decode()
        assert "Next: review 1 changed file with `git diff`" in said
        assert "your tests" in said


class TestUncommittedChanges:
    @pytest.fixture(autouse=True)
    def _repository(self, git: Git, write: Write) -> None:
        git("init", "-q")
        write("a.py", BREAKS)
        write("b.py", BREAKS)
        write("clean.py", "import mlflow\n")
        git("add", ".")
        git("commit", "-qm", "one")

    def test_are_told_before_anything_is_written(self, program: Program, write: Write) -> None:
        path = write("a.py", BREAKS + "# mine\n")
        other = write("b.py", BREAKS)
        done = program("apply")
        assert done.returncode == 0
        assert done.stderr.decode() == (
            "warning: a file to be written has uncommitted changes, which Git could not give back: a.py "
            "(--allow-dirty silences this)\n"
        )
        assert path.read_text() == BREAKS.replace("run_uuid", "run_id") + "# mine\n"
        assert other.read_text() == BREAKS.replace("run_uuid", "run_id")

    def test_do_not_when_they_are_allowed(self, program: Program, write: Write) -> None:
        path = write("a.py", BREAKS + "# mine\n")
        done = program("apply", "--allow-dirty")
        assert (done.returncode, done.stderr) == (0, b"")
        assert path.read_text() == BREAKS.replace("run_uuid", "run_id") + "# mine\n"

    def test_do_not_when_nothing_would_be_written_there(self, program: Program, write: Write) -> None:
        write("clean.py", "import mlflow  # mine\n")
        done = program("apply")
        assert (done.returncode, done.stderr) == (0, b"")

    def test_a_file_that_git_does_not_know_is_like_a_changed_one(self, program: Program, write: Write) -> None:
        write("new.py", BREAKS)
        assert program("apply", "--diff").returncode == 1
        assert b"give back: new.py (" in program("apply").stderr

    def test_staged_changes_can_be_taken_from_the_index(self, program: Program, write: Write, git: Git) -> None:
        write("a.py", BREAKS + "# mine\n")
        git("add", "a.py")
        assert program("apply").returncode == 0


class TestOtherWords:
    @pytest.mark.parametrize(
        ("word", "meant"),
        [("migrate", "apply"), ("fix", "apply"), ("chekc", "check"), ("lint", "check"), ("rule", "explain")],
    )
    def test_are_answered_with_the_command(self, program: Program, word: str, meant: str) -> None:
        done = program(word)
        assert done.returncode == 2
        assert done.stderr.decode() == f"error: no command is called {word!r}; did you mean `{meant}`?\n"

    def test_nothing_near(self, program: Program) -> None:
        assert b"there are apply, check, " in program("xyzzy").stderr

    def test_every_answer_is_a_command(self) -> None:
        from codemod.cli import _COMMANDS, _COMMANDS_ELSEWHERE, _OTHER_WORDS

        for answer in _OTHER_WORDS.values():
            assert answer.startswith("--") or answer.split()[0] in {*_COMMANDS, *_COMMANDS_ELSEWHERE}, answer
        assert not _OTHER_WORDS.keys() & {*_COMMANDS, *_COMMANDS_ELSEWHERE}


class TestNeighbours:
    def installed(self, tmp_path: Path) -> Path:
        """Install this program as a wheel would be: its package in a folder of packages."""
        site = tmp_path / "site"
        site.mkdir()
        (site / "codemod").symlink_to(Path(neighbours.__file__).parents[1])
        return site

    def run(self, site: Path, tmp_path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        code = f"import sys; sys.path.insert(0, {str(site)!r}); from codemod.cli import main; main()"
        command = [sys.executable, "-c", code, *arguments]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)

    def test_alone_nothing_is_said(self, tmp_path: Path) -> None:
        done = self.run(self.installed(tmp_path), tmp_path, "rules")
        assert (done.returncode, done.stderr) == (0, "")

    def test_the_other_package_is_named_in_one_line(self, tmp_path: Path) -> None:
        site = self.installed(tmp_path)
        (site / "codemod-1.0.0.dist-info").mkdir()
        done = self.run(site, tmp_path, "rules")
        assert done.returncode == 0
        assert done.stderr.startswith("warning: PyPI's package `codemod` is installed in the same environment")
        assert done.stderr.count("\n") == 1

    def test_overwritten_files_end_the_run(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        from codemod.cli import _run

        monkeypatch.delattr("codemod.__version__")
        monkeypatch.setattr(neighbours, "conflict", lambda: "the other one")
        assert _run() == 2
        assert capsys.readouterr().err == "error: the other one\n"
