"""Start-up, terminals, broken pipes and the commands that only tell."""

from __future__ import annotations

import io
import json
import os
import pty
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

import codemod
from codemod.analysis.context import Target
from codemod.cli import _COMMANDS, cli, progress
from codemod.rules import all_rules
from codemod.rules.base import Rule
from codemod.settings import Settings
from tests.loaded_program import LoadedProgram

Write = Callable[..., Path]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

PROJECT = Path(__file__).parents[3]
OLD = b'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n'


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "FORCE_COLOR")}
    return {**kept, "PYTHONPATH": str(PROJECT), "TERM": "xterm-256color", **more}


@pytest.fixture
def on_a_terminal(loaded_program: LoadedProgram, tmp_path: Path) -> Callable[..., bytes]:
    """Run the program with its standard output on a pseudo terminal and give what it wrote there."""

    def run(*arguments: str, **more: str) -> bytes:
        leader, follower = pty.openpty()
        with open(os.devnull, "r+b") as nowhere:
            loaded_program.begin(
                arguments, str(tmp_path), environment(**more), nowhere.fileno(), follower, nowhere.fileno()
            )
        os.close(follower)
        parts = []
        while True:
            try:
                part = os.read(leader, 65536)
            except OSError:  # how Linux tells that the other end is closed
                break
            if not part:
                break
            parts.append(part)
        loaded_program.wait(60)
        os.close(leader)
        return b"".join(parts)

    return run


class TestStartUp:
    def modules(self, *arguments: str, cwd: Path) -> set[str]:
        code = (
            "import sys\nsys.argv = ['codemod', *sys.argv[1:]]\nfrom codemod.cli import main\n"
            "try:\n    main()\nexcept SystemExit:\n    pass\nprint(*sys.modules, sep='\\n', file=sys.stderr)"
        )
        done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=cwd, env=environment(), capture_output=True)
        return set(done.stderr.decode().split())

    HEAVY = frozenset({"libcst", "rich", "tomlkit", "pathspec", "concurrent.futures", "multiprocessing", "hypothesis"})

    def test_help_needs_nothing_but_click(self, tmp_path: Path) -> None:
        assert not self.modules("--help", cwd=tmp_path) & {*self.HEAVY, "codemod.engine", "codemod.rules"}

    def test_a_tree_without_mlflow_needs_no_libcst(self, tmp_path: Path, write: Write) -> None:
        write("a.py", "import os\n")
        assert not self.modules("check", cwd=tmp_path) & self.HEAVY

    def test_what_has_nothing_to_rewrite_needs_no_libcst(self, tmp_path: Path, write: Write) -> None:
        write("a.py", 'import mlflow\nmlflow.xgboost.log_model(booster, name="m")\n')
        assert not self.modules("check", cwd=tmp_path) & self.HEAVY

    def test_neither_mlflow_nor_torch_is_ever_imported(self, tmp_path: Path, write: Write) -> None:
        write("a.py", OLD)
        assert not {name.partition(".")[0] for name in self.modules("check", cwd=tmp_path)} & {"mlflow", "torch"}


class TestTerminal:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    def test_colours(self, on_a_terminal: Callable[..., bytes], write: Write) -> None:
        write("a.py", OLD)
        assert b"\x1b[36ma.py:2:1: \x1b[0m" in on_a_terminal("check", "--output-format", "concise")
        assert b"\x1b[32m+mlflow" in on_a_terminal("apply", "--diff")

    def test_a_coloured_report_has_the_same_words(
        self, on_a_terminal: Callable[..., bytes], write: Write, program: Program
    ) -> None:
        import re

        write("a.py", OLD + b"# " + b"long " * 100)
        coloured = re.sub(rb"\x1b\[[0-9;]*m", b"", on_a_terminal("check", COLUMNS="20"))
        assert coloured.replace(b"\r\n", b"\n") == program("check").stdout

    @pytest.mark.parametrize("more", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
    def test_no_colours_for_those_who_want_none(
        self, on_a_terminal: Callable[..., bytes], write: Write, more: dict[str, str]
    ) -> None:
        write("a.py", OLD)
        assert b"\x1b" not in on_a_terminal("check", **more)

    def test_no_colours_without_a_terminal(self, program: Program, write: Write) -> None:
        write("a.py", OLD)
        assert b"\x1b" not in program("check").stdout
        assert b"\x1b" in program("check", FORCE_COLOR="1").stdout

    def test_a_bar_shows_how_far_long_work_is(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stderr", self.Terminal())
        monkeypatch.setattr(progress, "_PATIENCE", 0.0)
        monkeypatch.setattr(progress, "_INTERVAL", 0.0)
        bar = progress.ProgressBar(8)
        for _ in range(3):
            bar.advance()
        bar.close()
        assert "files" in sys.stderr.getvalue()
        assert "3/8" in sys.stderr.getvalue()

    def test_no_bar_without_a_terminal(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "stderr", io.StringIO())
        monkeypatch.setattr(progress, "_PATIENCE", 0.0)
        bar = progress.ProgressBar(8)
        bar.advance()
        bar.close()
        assert sys.stderr.getvalue() == ""

    def test_no_bar_for_short_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        seconds = iter([0.0, 0.5, 0.9, 30.0])
        monkeypatch.setattr(sys, "stderr", self.Terminal())
        monkeypatch.setattr(progress.time, "monotonic", lambda: next(seconds))
        bar = progress.ProgressBar(3)  # the last input takes long, but then there is nothing to wait for
        for _ in range(3):
            bar.advance()
        bar.close()
        assert sys.stderr.getvalue() == ""


class TestPipes:
    @pytest.mark.parametrize(
        ("arguments", "files"),
        [(["check"], 100), (["apply", "--diff"], 40), (["check", "--format", "json"], 40), (["rules"], 0)],
    )
    def test_a_reader_that_leaves_early_is_no_error(
        self, loaded_program: LoadedProgram, tmp_path: Path, write: Write, arguments: list[str], files: int
    ) -> None:
        for number in range(files):
            write(f"a{number}.py", OLD)
        reader, writer = os.pipe()
        os.close(reader)
        with tempfile.TemporaryFile() as told, open(os.devnull, "rb") as nothing:
            loaded_program.begin(arguments, str(tmp_path), environment(), nothing.fileno(), writer, told.fileno())
            os.close(writer)
            assert loaded_program.wait(60) == (0 if arguments == ["rules"] else 1)
            told.seek(0)
            errors = told.read()
        assert b"BrokenPipe" not in errors
        assert b"Traceback" not in errors

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-"])
    def test_streams_that_are_closed(self, tmp_path: Path, write: Write, closed: str) -> None:
        """A service may start programs so; what is found still decides the exit code."""
        write("a.py", OLD)
        command = f"exec '{sys.executable}' -m codemod check a.py {closed}"
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment(), capture_output=True)
        assert done.returncode == 1
        assert b"Traceback" not in done.stdout + done.stderr

    def test_no_code_on_a_closed_standard_input(self, tmp_path: Path) -> None:
        command = f"exec '{sys.executable}' -m codemod check - <&-"
        done = subprocess.run(["sh", "-c", command], cwd=tmp_path, env=environment(), capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (2, "error: standard input is closed\n")

    def test_a_full_disk_is_an_error(self, tmp_path: Path, write: Write) -> None:
        write("a.py", OLD)
        with open("/dev/full", "wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "codemod", "check"],
                cwd=tmp_path,
                env=environment(),
                stdout=full,
                stderr=subprocess.PIPE,
            )
        assert done.returncode == 2
        assert done.stderr == b"error: the output cannot be written: No space left on device\n"


class TestTelling:
    def test_version(self, program: Program) -> None:
        assert program("--version").stdout.decode() == f"mlflow-codemod, version {codemod.__version__}\n"

    def test_help_tells_the_exit_codes(self, program: Program) -> None:
        text = program("--help").stdout.decode()
        assert all(f"  {code}  " in text for code in range(5))

    @pytest.mark.parametrize("command", list(_COMMANDS))
    def test_help_of_every_command(self, program: Program, command: str) -> None:
        done = program(command, "--help")
        assert done.returncode == 0
        assert b"Usage: " in done.stdout

    def test_rules(self, program: Program) -> None:
        lines = program("rules").stdout.decode().splitlines()
        assert len(lines) == len(all_rules())
        for line, rule in zip(lines, all_rules(), strict=True):
            severity = rule.severity_on(Target.of(Settings())).value
            assert line.split()[:3] == [rule.code, rule.name, severity]
            assert line.split(maxsplit=3)[3].startswith(rule.safety.value)

    def test_rules_for_programs(self, program: Program) -> None:
        listed = json.loads(program("rules", "--format", "json").stdout)
        assert [rule["code"] for rule in listed] == [rule.code for rule in all_rules()]
        assert set(listed[0]) == {"code", "name", "summary", "why", "safety", "severity", "since", "opt_in"}

    @pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
    def test_explain(self, rule: Rule) -> None:
        """In this process, which learns only once what comes of the rule's examples."""

        def explained(word: str) -> str:
            done = CliRunner().invoke(cli, ["explain", word], standalone_mode=False)
            assert done.exception is None
            return done.stdout

        text = explained(rule.code)
        assert text.startswith(f"{rule.code} {rule.name}\n{rule.summary}\n")
        assert explained(rule.name) == explained(rule.code.lower()) == text

    def test_explain_ends_with_the_page_where_the_project_says_where_the_pages_are(
        self, program: Program, tmp_path: Path
    ) -> None:
        (tmp_path / "pyproject.toml").write_text('[tool.mlflow-codemod]\ndocs-url = "https://docs.example.com/moved"\n')
        text = program("explain", "log-model-name").stdout.decode()
        assert text.endswith("\n\nMore: https://docs.example.com/moved/rules/MLF101/\n")

    def test_explain_shows_examples_as_diffs(self, program: Program) -> None:
        text = program("explain", "MLF101").stdout.decode()
        assert '    -mlflow.xgboost.log_model(booster, artifact_path="model")\n' in text
        assert '    +mlflow.xgboost.log_model(booster, name="model")\n' in text

    @pytest.mark.parametrize(
        ("word", "message"),
        [
            ("MLF4003", "no rule has the code 'MLF4003'; did you mean 'MLF403'?"),
            ("log-model-nam", "no rule has the code 'log-model-nam'; did you mean 'log-model-name'?"),
            ("zzzzzz", "no rule has the code 'zzzzzz'"),
        ],
    )
    def test_explain_an_unknown_rule(self, program: Program, word: str, message: str) -> None:
        done = program("explain", word)
        assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"error: {message}\n")
