"""``apply --interactive`` at a real pseudo-terminal."""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import pty
import re
import shlex
import struct
import subprocess
import sys
import termios
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest
from pexpect.fdpexpect import fdspawn

from tests.codemod.conftest import clean_environment
from tests.loaded_program import LoadedProgram

Write = Callable[..., Path]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

PROMPT = r"Make this fix\? \[y,n,r,f,a,b,q,\?\][^ ]* "
TWO = 'import mlflow\nmlflow.xgboost.log_model(b, "one")\nmlflow.sklearn.log_model(m, "two")\n'
CALL = 'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n'
FIXED = CALL.replace('"m"', 'name="m"')


class Conversation(fdspawn):
    """The program at a terminal of its own, in a process that has it loaded already.

    Attributes:
        exitstatus: Exit code, after `close`.
    """

    def __init__(self, loaded: LoadedProgram, arguments: list[str], cwd: Path, env: dict[str, str]) -> None:
        leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._loaded: LoadedProgram | None = loaded
        self._pid = loaded.begin_on_terminal(arguments, str(cwd), env, follower)
        os.close(follower)
        self.exitstatus: int | None = None
        super().__init__(leader, timeout=30, encoding="utf-8")

    def kill(self, number: int) -> None:
        os.kill(self._pid, number)

    def sendintr(self) -> None:
        self._press(termios.VINTR)

    def sendeof(self) -> None:
        self._press(termios.VEOF)

    def _press(self, key: int) -> None:
        os.write(self.child_fd, termios.tcgetattr(self.child_fd)[6][key])

    def close(self) -> None:
        """Take the terminal away, which ends what is still there, and learn how it ended."""
        if self._loaded is not None:
            loaded, self._loaded = self._loaded, None
            super().close()
            try:
                self.exitstatus = loaded.wait(30)
            except TimeoutError:
                self.kill(9)
                loaded.wait(30)
                raise


@pytest.fixture
def terminal(tmp_path: Path, loaded_program: LoadedProgram):
    """Start the program at a terminal in the test's folder."""
    with contextlib.ExitStack() as stack:

        def start(*arguments: str, shell: str = "", **environment: str):
            words = ["apply", "--interactive", "--isolated", *arguments]
            here = clean_environment(XDG_STATE_HOME=str(tmp_path / "state"), TERM="xterm", **environment)
            if shell:
                command = f"{shlex.join([sys.executable, '-m', 'codemod', *words])} {shell}"
                return pexpect.spawn("/bin/sh", ["-c", command], env=here, cwd=str(tmp_path), encoding="utf-8")
            return stack.enter_context(contextlib.closing(Conversation(loaded_program, words, tmp_path, here)))

        yield start


def answer(child, *answers: str) -> str:
    """Answer the questions, wait for the end, and give all that was shown."""
    shown = ""
    for each in answers:
        child.expect(PROMPT)
        shown += child.before + child.after
        child.send(each)
    return shown + end(child)


def end(child) -> str:
    child.expect(pexpect.EOF)
    child.close()
    return child.before.replace("\r\n", "\n")


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r\n", "\n")


class TestAnswers:
    def test_each_fix_is_shown_and_only_what_was_accepted_is_made(self, terminal, write: Write) -> None:
        path = write("a.py", TWO)
        child = terminal("a.py")
        shown = plain(answer(child, "y", "n", "y"))
        assert path.read_text() == (
            'import mlflow\nmlflow.xgboost.log_model(b, name="one")\n'
            'mlflow.sklearn.log_model(m, "two", serialization_format="cloudpickle")\n'
        )
        assert child.exitstatus == 1
        assert "a.py:2:1: MLF101 [safe fix] 1 of 3 (1 of 3 in this file)\n`artifact_path=` is now `name=`\n" in shown
        assert '-mlflow.xgboost.log_model(b, "one")\n+mlflow.xgboost.log_model(b, name="one")\n' in shown
        assert "3 findings: 2 fixed, 1 left" in shown

    def test_all_is_what_apply_does(self, terminal, program: Program, write: Write, tmp_path: Path) -> None:
        names = "a.py", "b.py"
        for name in names:
            write(name, TWO)
            write("plain/" + name, TWO)
        program("apply", "--isolated", "plain")
        child = terminal("a.py", "b.py")
        answer(child, "a")
        assert child.exitstatus == 0
        assert [(tmp_path / name).read_text() for name in names] == [
            (tmp_path / "plain" / name).read_text() for name in names
        ]

    def test_all_of_one_rule(self, terminal, write: Write, tmp_path: Path) -> None:
        write("a.py", TWO)
        write("b.py", TWO)
        answer(terminal("a.py", "b.py"), "r", "n", "n")
        for name in ("a.py", "b.py"):
            assert (tmp_path / name).read_text() == TWO.replace('"one"', 'name="one"').replace('"two"', 'name="two"')

    def test_all_of_one_file(self, terminal, write: Write, tmp_path: Path) -> None:
        write("a.py", TWO)
        write("b.py", CALL)
        shown = plain(answer(terminal("a.py", "b.py"), "f", "n"))
        assert (tmp_path / "a.py").read_text() == TWO.replace('"one"', 'name="one"').replace(
            '"two"', 'name="two", serialization_format="cloudpickle"'
        )
        assert (tmp_path / "b.py").read_text() == CALL
        assert "a.py:2:1: MLF101 [safe fix] 1 of 4 (1 of 3 in this file)" in shown
        assert "b.py:2:1: MLF101 [safe fix] 4 of 4 (1 of 1 in this file)" in shown

    def test_back(self, terminal, write: Write) -> None:
        path = write("a.py", TWO)
        shown = plain(answer(terminal("a.py"), "n", "y", "b", "b", "y", "n", "n"))
        assert path.read_text() == TWO.replace('"one"', 'name="one"')
        assert shown.count("1 of 3 in this file") == 2

    def test_back_takes_back_what_was_said_for_all(self, terminal, write: Write) -> None:
        write("a.py", TWO)
        path = write("b.py", TWO)
        shown = plain(answer(terminal("b.py"), "r", "b", "n", "n", "n"))
        assert path.read_text() == TWO
        assert shown.count("b.py:2:1") == 2

    def test_enter_after_a_key_is_no_answer(self, terminal, write: Write) -> None:
        path = write("a.py", TWO)
        shown = plain(answer(terminal("a.py"), "y\r", "n\n", "n"))
        assert path.read_text() == TWO.replace('"one"', 'name="one"')
        assert "? - print this" not in shown

    def test_the_terminal_is_left_as_it_was(self, terminal, write: Write) -> None:
        write("a.py", CALL)
        child = terminal("a.py", shell="; stty -a")
        assert re.search(r"(?<!-)icanon.*(?<!-)echo ", answer(child, "y"), re.DOTALL)

    def test_what_is_no_answer_is_explained(self, terminal, write: Write) -> None:
        path = write("a.py", CALL)
        shown = plain(answer(terminal("a.py"), "?", "x", "z", "y"))
        assert shown.count("q - leave this one and all further ones for later\n") == 3
        assert path.read_text() == FIXED

    def test_a_notebook_and_a_requirements_file(self, terminal, write: Write, tmp_path: Path) -> None:
        cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": CALL}
        write("a.ipynb", json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        write("requirements.txt", "mlflow<3\nmlflow-skinny<3\n")
        shown = plain(answer(terminal("--unsafe", "."), "y", "n", "y"))
        assert "a.ipynb: cell 1, line 2: MLF101" in shown
        assert 'name=\\"m\\"' in (tmp_path / "a.ipynb").read_text()
        assert (tmp_path / "requirements.txt").read_text() == "mlflow<3\nmlflow-skinny>=3,<4\n"


class TestQuitting:
    """What was accepted stays; what was not decided is asked next time."""

    def check(self, terminal, tmp_path: Path, child, code: int) -> None:
        assert child.exitstatus == code
        assert (tmp_path / "a.py").read_text() == FIXED
        assert (tmp_path / "b.py").read_text() == TWO.replace('"one"', 'name="one"')
        assert (tmp_path / "c.py").read_text() == CALL
        again = terminal("a.py", "b.py", "c.py")
        shown = plain(answer(again, "y", "y", "y"))
        assert shown.count("Make this fix?") == 3
        assert again.exitstatus == 0

    @pytest.fixture(autouse=True)
    def _files(self, write: Write) -> None:
        write("a.py", CALL)
        write("b.py", TWO)
        write("c.py", CALL)

    def test_by_answer(self, terminal, tmp_path: Path) -> None:
        child = terminal("a.py", "b.py", "c.py")
        shown = plain(answer(child, "y", "y", "q"))
        assert "3 files: 2 changed, 1 not fixed" in shown  # the rest was looked at, so the totals are right
        self.check(terminal, tmp_path, child, 1)

    @pytest.mark.parametrize("key", ["sendintr", "sendeof"])
    def test_by_key(self, terminal, tmp_path: Path, key: str) -> None:
        child = terminal("a.py", "b.py", "c.py")
        for _ in range(2):
            child.expect(PROMPT)
            child.send("y")
        child.expect(PROMPT)
        getattr(child, key)()
        assert "3 files: 2 changed, 1 not fixed" in plain(end(child))
        self.check(terminal, tmp_path, child, 1)

    def test_by_the_system(self, terminal, tmp_path: Path) -> None:
        child = terminal("a.py", "b.py", "c.py")
        for _ in range(2):
            child.expect(PROMPT)
            child.send("y")
        child.expect(PROMPT)
        child.kill(15)
        assert "interrupted: not every file was looked at" in plain(end(child))
        self.check(terminal, tmp_path, child, 143)

    def test_each_file_is_written_when_it_is_decided(self, terminal, tmp_path: Path) -> None:
        child = terminal("a.py", "b.py", "c.py")
        child.expect(PROMPT)
        child.send("y")
        child.expect(PROMPT)
        assert (tmp_path / "a.py").read_text() == FIXED
        child.kill(9)
        child.close()
        assert (tmp_path / "b.py").read_text() == TWO


class TestMemory:
    def test_what_was_declined_is_not_asked_until_it_is_wanted(self, terminal, write: Write, tmp_path: Path) -> None:
        path = write("a.py", TWO)
        answer(terminal("a.py"), "y", "n", "n")
        kept = path.read_text()
        path.write_text("# moved\n" + kept)
        child = terminal("a.py")
        shown = plain(answer(child))
        assert "2 fixes were not asked about, as declined in an earlier run; --ask-again asks\n" in shown
        assert child.exitstatus == 1
        assert path.read_text() == "# moved\n" + kept
        path.write_text(path.read_text() + CALL)
        assert plain(answer(terminal("a.py"), "n")).count("Make this fix?") == 1
        answer(terminal("--ask-again", "a.py"), "y", "n", "n")
        assert 'name="two"' in path.read_text()
        state = json.loads((tmp_path / "state/mlflow-codemod/declined.json").read_text())
        assert sorted(state["files"][str(path)].values()) == ["MLF101", "MLF103"]

    def test_a_line_that_changes_is_asked_again(self, terminal, write: Write) -> None:
        path = write("a.py", CALL)
        answer(terminal("a.py"), "n")
        path.write_text(CALL.replace("booster", "best"))
        answer(terminal("a.py"), "y")
        assert 'name="m"' in path.read_text()

    def test_what_is_gone_is_forgotten_unless_nobody_looked(self, terminal, write: Write, tmp_path: Path) -> None:
        path = write("a.py", TWO)
        answer(terminal("a.py"), "n", "n", "n")
        state = tmp_path / "state/mlflow-codemod/declined.json"
        answer(terminal("--select", "MLF403", "a.py"))
        assert len(json.loads(state.read_text())["files"][str(path)]) == 3
        path.write_text(CALL.replace("xgboost", "onnx"))
        answer(terminal("a.py"), "y")
        assert json.loads(state.read_text())["files"] == {}

    def test_apply_alone_makes_it(self, terminal, program: Program, write: Write, tmp_path: Path) -> None:
        path = write("a.py", CALL)
        answer(terminal("a.py"), "n")
        program("apply", "a.py", XDG_STATE_HOME=str(tmp_path / "state"))
        assert path.read_text() == FIXED

    def test_that_cannot_be_read(self, terminal, write: Write) -> None:
        write("state/mlflow-codemod/declined.json", "{}")
        write("a.py", CALL)
        child = terminal("a.py")
        shown = plain(end(child))
        assert re.fullmatch(r"error: \S+declined.json: is not a list of declined fixes; remove it .*\n", shown)
        assert child.exitstatus == 2

    def test_that_cannot_be_written(self, terminal, write: Write, tmp_path: Path) -> None:
        write("state/a")
        (tmp_path / "state/mlflow-codemod").symlink_to("gone")
        path = write("a.py", TWO)
        shown = plain(answer(terminal("a.py"), "y", "n", "n"))
        assert "declined.json: cannot be written: File exists; what you decline is not remembered\n" in shown
        assert 'name="one"' in path.read_text()


class TestTerminal:
    def test_colours_and_none(self, terminal, write: Write) -> None:
        write("a.py", CALL)
        assert "\x1b[32m+mlflow.xgboost.log_model(booster, name=" in answer(terminal("a.py"), "q")
        assert "\x1b[" not in answer(terminal("a.py", NO_COLOR="1"), "q")

    def test_code_cannot_steer_it(self, terminal, write: Write) -> None:
        write("a.py", CALL.replace("\n", "  # \x1b[31mred\x9b2J\n"))
        shown = answer(terminal("a.py", NO_COLOR="1"), "q")
        assert "\x1b" not in shown
        assert "\\x1b[31mred\\x9b2J" in shown

    def test_a_report_on_standard_output_stays_one(self, terminal, write: Write, tmp_path: Path) -> None:
        write("a.py", CALL)
        answer(terminal("--format", "json", "a.py", shell="> out.json"), "y")
        assert json.loads((tmp_path / "out.json").read_text())["summary"]["findings"]["fixed"] == 1

    def test_the_way_back(self, terminal, write: Write, tmp_path: Path) -> None:
        path = write("a.py", TWO)
        answer(terminal("--save-patch", "undo.patch", "a.py"), "n", "y", "n")
        subprocess.run(["git", "apply", "-R", "undo.patch"], cwd=tmp_path, check=True)
        assert path.read_text() == TWO

    def test_a_file_that_changes_meanwhile_stays_as_it_is_then(self, terminal, write: Write) -> None:
        path = write("a.py", CALL)
        child = terminal("a.py")
        child.expect(PROMPT)
        path.write_text("print()\n")
        child.send("y")
        assert "changed while it was being migrated; run again" in plain(end(child))
        assert child.exitstatus == 3
        assert path.read_text() == "print()\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--interactive", "a.py"], "--interactive needs a terminal as standard input and standard error"),
        (["--interactive", "-"], "--interactive cannot be combined with -"),
        (["--interactive", "--diff"], "--interactive cannot be combined with --diff"),
        (["--interactive", "--jobs", "2"], "--interactive cannot be combined with --jobs"),
        (["--ask-again"], "--ask-again needs --interactive"),
    ],
)
def test_wrong_use(program: Program, write: Write, arguments: list[str], message: str) -> None:
    path = write("a.py", CALL)
    done = program("apply", *arguments)
    assert (done.returncode, done.stderr.decode(), done.stdout) == (2, f"error: {message}\n", b"")
    assert path.read_text() == CALL


def test_an_answer_for_all_is_not_taken_for_a_fix_that_may_have_been_declined(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from codemod.cli.interactive import Questions
    from codemod.documents.base import Cell
    from codemod.findings import Finding, Location, Safety
    from codemod.rewriting.decisions import Question
    from codemod.running.discovery import Input
    from codemod.running.runner import Job
    from codemod.settings import Settings

    monkeypatch.setattr("codemod.cli.interactive.is_terminal", lambda stream: True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setattr("sys.stdin", io.StringIO("a\nn\n"))
    questions = Questions(ask_again=False)
    finding = Finding("MLF101", "text", Location(0, 0, 1, 1, 1, 1, 2), Safety.SAFE, fixed=True, source_line="a")
    job = Job(Input("a.py", str(tmp_path / "a.py")), b"a", Settings())

    def decide(*, is_again: bool) -> bool | None:
        question = Question(finding, [finding], [Cell("a", "a")], lambda: (["a"], ["b"]), 1, 1, is_again)
        return questions._decide(job, question)

    assert [decide(is_again=False), decide(is_again=False), decide(is_again=True), decide(is_again=False)] == [
        True, True, False, True,
    ]  # fmt: skip


def test_answers_in_the_same_process(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """With click's own runner: the questions, their answers and the report in order, without colours."""
    from click.testing import CliRunner

    from codemod.cli import cli

    monkeypatch.setattr("codemod.cli.interactive.is_terminal", lambda stream: True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    path = tmp_path / "a.py"
    path.write_text(TWO)
    done = CliRunner().invoke(cli, ["apply", "-i", os.fspath(path)], input="n\ny\n", standalone_mode=False)
    assert done.exception is None
    assert done.return_value == 1
    assert path.read_text() == TWO.replace('"two"', 'name="two"')
    assert done.stderr.count("Make this fix?") == 3  # the third met the end of the input
    assert "3 findings: 1 fixed" in done.stdout
