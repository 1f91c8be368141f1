"""The contract of ``apply`` and ``check``: the real program in processes of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from codemod.cli import _COMMANDS, cli
from codemod.mlflow_api import NEWEST

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

OLD = b'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n'
NEW = b'import mlflow\nmlflow.xgboost.log_model(booster, name="m")\n'
BY_HAND = b'import mlflow\nflavor = pick()\ngetattr(mlflow, flavor).log_model(model, "m")\n'
UNSAFE = b'import mlflow\nmlflow.xgboost.log_model(booster, name="a/b")\n'
CLEAN = b"import mlflow\nmlflow.log_param('a', 1)\n"
BROKEN = b"import mlflow\nmlflow.xgboost.log_model(booster,\n"


def state_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class TestExitCodes:
    @pytest.mark.parametrize(
        ("content", "apply_code", "check_code"),
        [(CLEAN, 0, 0), (OLD, 0, 1), (UNSAFE, 1, 1), (BY_HAND, 1, 1), (BROKEN, 3, 3), (b"", 0, 0)],
    )
    def test_of_one_file(
        self, program: Program, write: Write, content: bytes, apply_code: int, check_code: int
    ) -> None:
        path = write("a.py", content)
        assert program("check", "a.py").returncode == check_code
        assert path.read_bytes() == content
        assert program("apply", "--diff", "a.py").returncode == check_code
        assert path.read_bytes() == content
        assert program("apply", "a.py").returncode == apply_code
        assert path.read_bytes() == (NEW if content == OLD else content)

    def test_what_was_not_analysed_outweighs_findings(self, program: Program, write: Write) -> None:
        write("hand.py", BY_HAND)
        write("broken.py", BROKEN)
        done = program("check")
        assert done.returncode == 3
        assert b"MLF101" in done.stdout
        assert b"failed broken.py: " in done.stdout

    def test_a_second_run_changes_nothing(self, program: Program, write: Write, tmp_path: Path) -> None:
        write("a.py", OLD)
        write("b.py", BY_HAND)
        program("apply")
        once = state_of(tmp_path)
        assert program("apply").returncode == 1
        assert state_of(tmp_path) == once
        assert once["a.py"] == NEW

    def test_an_empty_folder(self, program: Program) -> None:
        done = program("check")
        assert done.returncode == 0
        assert done.stdout == b"0 files: nothing to look at\n"
        assert done.stderr == b"warning: no Python files or notebooks in .\n"


def _paths_of(command: click.Command | None) -> Iterator[click.Path]:
    assert command is not None
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from _paths_of(command.get_command(context, name))
    for parameter in command.params:
        if isinstance(parameter.type, click.Path):
            yield parameter.type


@pytest.mark.parametrize("name", sorted(_COMMANDS))
def test_a_file_that_may_not_be_read_is_no_wrong_use(name: str) -> None:
    """It fails with its reason while the others are done: click must not end the run before it begins."""
    paths = list(_paths_of(cli.get_command(click.Context(cli), name)))
    assert bool(paths) == (name not in {"doctor", "rules", "explain"})
    assert not [path for path in paths if path.readable]


class TestWrongUse:
    """Exit code 2, one line, nothing done."""

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["gone.py", "a.py"], "error: no such path: gone.py"),
            (["--select", "MLF4003"], "error: no rule has the code 'MLF4003'; did you mean 'MLF403'?"),
            (["--ignore", "MLF101,nope"], "error: no rule has the code 'NOPE'"),
            (["--target", "2.22"], 'error: target \'2.22\' is not "3", a release such as "3.5", or "both"'),
            (
                ["--target", f"{NEWEST.rpartition('.')[0]}.99"],
                f"error: target '{NEWEST.rpartition('.')[0]}.99' never existed: {NEWEST} is the newest {NEWEST.rpartition('.')[0]}",
            ),
            (["--config", "gone.toml"], "error: gone.toml: cannot be read: No such file or directory"),
        ],
    )
    @pytest.mark.parametrize("command", ["apply", "check"])
    def test_in_one_line(
        self, program: Program, write: Write, tmp_path: Path, command: str, arguments: list[str], message: str
    ) -> None:
        write("a.py", OLD)
        done = program(command, *arguments)
        assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", f"{message}\n")
        assert state_of(tmp_path) == {"a.py": OLD}

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            (["apply", "--diff", "--format", "json"], "--diff cannot be combined with --save-patch or --format json"),
            (["apply", "--diff", "--save-patch", "p"], "--diff cannot be combined with --save-patch or --format json"),
            (["apply", "-", "--save-patch", "p"], "--save-patch cannot be combined with standard input"),
            (["apply", "-", "a.py"], "- (standard input) cannot be combined with other paths"),
            (["check", "--stdin-filename", "x.py"], "--stdin-filename needs - as the path"),
            (["check", "--isolated", "--config", "pyproject.toml"], "--config cannot be combined with --isolated"),
            (["check", "--diff"], "No such option"),
            (["check", "--jobs", "0"], "Invalid value for '--jobs' / '-j': "),
            (["check", "--sklearn-format", "pickle"], "Invalid value for '--sklearn-format': "),
        ],
    )
    def test_of_options(
        self, program: Program, write: Write, tmp_path: Path, arguments: list[str], message: str
    ) -> None:
        write("a.py", OLD)
        done = program(*arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        *usage, said = done.stderr.decode().splitlines()
        assert usage[0].startswith(f"Usage: python -m codemod {arguments[0]} ")
        assert said.startswith(f"Error: {message}")
        assert state_of(tmp_path) == {"a.py": OLD}

    def test_of_commands(self, program: Program) -> None:
        done = program("frobnicate")
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().startswith("error: no command is called 'frobnicate'; there are apply, check, ")
        assert done.stderr.count(b"\n") == 1

    def test_of_no_command_at_all(self, program: Program) -> None:
        done = program()
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.startswith(b"Usage: python -m codemod [OPTIONS] COMMAND [ARGS]...\n")

    def test_in_the_configuration(self, program: Program, write: Write) -> None:
        write("pyproject.toml", "[tool.mlflow-codemod]\nselct = []\n")
        done = program("check")
        assert done.returncode == 2
        assert done.stderr.decode().endswith(
            "[tool.mlflow-codemod] has the unknown key 'selct'; did you mean 'select'?\n"
        )

    def test_an_error_of_the_program_itself_is_told_from_findings(self, program: Program, write: Write) -> None:
        write("codemod_fault.py", CLEAN)
        write(
            "sitecustomize.py",
            "import codemod.cli.options as m\ndef fail(*a, **k): raise KeyError('x')\nm.load = fail\n",
        )
        done = program("check", PYTHONPATH=os.pathsep.join([".", str(Path(__file__).parents[3])]))
        assert done.returncode == 2
        assert b"please report it" in done.stderr


class TestDiff:
    def test_git_applies_it(self, program: Program, write: Write, git: Git, tmp_path: Path) -> None:
        git("init", "-q")
        contents = {
            "plain.py": OLD,
            "with blank/a b.py": OLD,
            "ümläut.py": OLD,
            'quo"te.py': OLD,
            "crlf.py": OLD.replace(b"\n", b"\r\n"),
            "no_newline.py": OLD.rstrip(b"\n"),
            "latin.py": b"# coding: latin-1\n# \xe4\n" + OLD,
            "bom.py": b"\xef\xbb\xbf" + OLD,
        }
        for name, content in contents.items():
            write(name, content)
        write(b"latin\xe4.py", OLD)
        before = state_of(tmp_path / "with blank") | {name: (tmp_path / name).read_bytes() for name in contents}
        done = program("apply", "--diff")
        assert done.returncode == 1
        assert state_of(tmp_path / "with blank") | {name: (tmp_path / name).read_bytes() for name in contents} == before
        git("apply", "-", data=done.stdout)
        after = {name: (tmp_path / name).read_bytes() for name in contents}
        for name, content in contents.items():
            assert after[name] == content.replace(b'"m"', b'name="m"'), name
        assert (tmp_path / os.fsdecode(b"latin\xe4.py")).read_bytes() == NEW
        assert program("check").returncode == 0

    def test_paths_count_from_the_root_of_the_work_tree(
        self, program: Program, write: Write, git: Git, tmp_path: Path
    ) -> None:
        git("init", "-q")
        path = write("src/deep/a.py", OLD)
        done = program("apply", "--diff", cwd=tmp_path / "src")
        assert b"--- a/src/deep/a.py\n" in done.stdout
        assert f"paths in the diff count from {tmp_path}\n".encode() in done.stderr
        git("apply", "-", data=done.stdout, cwd=tmp_path / "src")
        assert path.read_bytes() == NEW

    def test_a_link_is_named_by_its_file(self, program: Program, write: Write, git: Git, tmp_path: Path) -> None:
        git("init", "-q")
        write("real/a.py", OLD)
        (tmp_path / "links").mkdir()
        (tmp_path / "links/b.py").symlink_to("../real/a.py")
        done = program("apply", "--diff", "--follow-links", "links")
        git("apply", "-", data=done.stdout)
        assert (tmp_path / "real/a.py").read_bytes() == NEW
        assert (tmp_path / "links/b.py").is_symlink()

    def test_the_report_goes_to_standard_error(self, program: Program, write: Write) -> None:
        write("a.py", OLD)
        write("b.py", BY_HAND)
        done = program("apply", "--diff")
        assert done.stdout.startswith(b"diff --git a/a.py b/a.py\n")
        assert b"b.py:3:1  " in done.stderr
        assert b"[by hand]" not in done.stdout


class TestSavePatch:
    def test_git_takes_it_back(self, program: Program, write: Write, git: Git, tmp_path: Path) -> None:
        git("init", "-q")
        write("a.py", OLD)
        write("sub/crlf.py", OLD.replace(b"\n", b"\r\n").rstrip())
        write("latin.py", b"# coding: latin-1\n# \xe4\n" + OLD)
        notebook = {
            "cells": [
                {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None,
                 "source": OLD.decode().splitlines(keepends=True)}
            ],
            "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
        }  # fmt: skip
        write("nb.ipynb", json.dumps(notebook, indent=1))
        before = state_of(tmp_path)
        done = program("apply", "--save-patch", "undo.patch")
        assert done.returncode == 0
        assert b"git apply -R undo.patch takes the changes back\n" in done.stderr
        changed = state_of(tmp_path)
        assert all(changed[name] != before[name] for name in ("a.py", "sub/crlf.py", "latin.py", "nb.ipynb"))
        git("apply", "-R", "undo.patch")
        assert {name: data for name, data in state_of(tmp_path).items() if name != "undo.patch"} == before

    def test_is_not_written_when_nothing_changed(self, program: Program, write: Write, tmp_path: Path) -> None:
        write("a.py", CLEAN)
        done = program("apply", "--save-patch", "undo.patch")
        assert done.returncode == 0
        assert done.stderr == b"nothing was changed, so undo.patch was not written\n"
        assert state_of(tmp_path) == {"a.py": CLEAN}

    def test_does_not_overwrite_the_way_back(self, program: Program, write: Write, tmp_path: Path) -> None:
        write("a.py", OLD)
        write("undo.patch", b"precious")
        done = program("apply", "--save-patch", "undo.patch")
        assert done.returncode == 2
        assert done.stderr == b"error: undo.patch: exists already and may be the only way back; name another file\n"
        assert state_of(tmp_path) == {"a.py": OLD, "undo.patch": b"precious"}

    def test_a_folder_that_is_not_there_stops_the_run_before_it_starts(
        self, program: Program, write: Write, tmp_path: Path
    ) -> None:
        write("a.py", OLD)
        assert program("apply", "--save-patch", "no/undo.patch").returncode == 2
        assert state_of(tmp_path) == {"a.py": OLD}


class TestStandardInput:
    def test_goes_to_standard_output(self, program: Program) -> None:
        done = program("apply", "-", data=OLD)
        assert (done.returncode, done.stdout) == (0, NEW)
        assert b"1 file: 1 changed" in done.stderr

    @pytest.mark.parametrize("content", [CLEAN, BROKEN, BY_HAND, b"", b"\xff\x00", OLD.replace(b"\n", b"\r\n")])
    def test_loses_nothing(self, program: Program, content: bytes) -> None:
        done = program("apply", "-", data=content)
        assert done.stdout == content.replace(b'booster, "m"', b'booster, name="m"')

    def test_as_a_diff(self, program: Program) -> None:
        done = program("apply", "-", "--diff", "--stdin-filename", "src/a.py", data=OLD)
        assert done.returncode == 1
        assert done.stdout.startswith(b"diff --git a/src/a.py b/src/a.py\n")

    def test_check_prints_findings_only(self, program: Program) -> None:
        done = program("check", "-", data=OLD)
        assert done.returncode == 1
        assert b"\n      stdin.py:2:1  mlflow.xgboost.log_model(" in done.stdout

    def test_the_name_says_what_it_is_and_what_is_ignored(self, program: Program, write: Write) -> None:
        notebook = (
            b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5, "mlflow": "log_model artifact_path"}'
        )
        assert program("check", "-", "--stdin-filename", "a.ipynb", data=notebook).returncode == 0
        assert program("check", "-", "--stdin-filename", "a.ipynb", data=OLD).returncode == 3
        write("pyproject.toml", "[tool.mlflow-codemod.per-file-ignores]\n'tests/' = ['MLF101']\n")
        assert program("check", "-", "--stdin-filename", "tests/a.py", data=OLD).returncode == 0
        assert program("check", "-", "--stdin-filename", "src/a.py", data=OLD).returncode == 1


class TestSettings:
    def test_select_and_ignore(self, program: Program, write: Write) -> None:
        write("a.py", OLD)
        assert program("check", "--select", "MLF403").returncode == 0
        assert program("check", "--select", "mlf403,mlf1").returncode == 1
        assert program("check", "--ignore", "MLF10").returncode == 0

    def test_the_command_line_wins(self, program: Program, write: Write) -> None:
        write("a.py", OLD)
        write("pyproject.toml", "[tool.mlflow-codemod]\nignore = ['MLF101']\n")
        assert program("check").returncode == 0
        assert program("check", "--select", "MLF101").returncode == 1
        assert program("check", "--ignore", "MLF403").returncode == 1
        assert program("check", "--isolated").returncode == 1
        write("other.toml", "[tool.mlflow-codemod]\nselect = ['MLF403']\n")
        assert program("check", "--config", "other.toml", "--ignore", "MLF403").returncode == 0

    def test_unsafe_can_be_taken_back(self, program: Program, write: Write) -> None:
        path = write("a.py", UNSAFE)
        write("pyproject.toml", "[tool.mlflow-codemod]\nunsafe = true\n")
        assert program("apply", "--no-unsafe").returncode == 1
        assert path.read_bytes() == UNSAFE
        assert program("apply").returncode == 0
        assert path.read_bytes() != UNSAFE

    def test_target(self, program: Program, write: Write) -> None:
        path = write("a.py", OLD)
        assert program("apply", "--target", "both").returncode == 1
        assert path.read_bytes() == OLD

    def test_exclude_and_per_file_ignores_count_from_the_configuration(
        self, program: Program, write: Write, tmp_path: Path
    ) -> None:
        write(
            "pyproject.toml",
            "[tool.mlflow-codemod]\nexclude = ['/src/old/']\nper-file-ignores = {'/src/tests/' = ['MLF101']}\n",
        )
        for name in ("src/old/a.py", "src/tests/b.py", "src/c.py"):
            write(name, OLD)
        for cwd, argument in ((tmp_path, "src"), (tmp_path / "src", "."), (tmp_path / "src/old", "..")):
            done = program("check", argument, "--format", "json", cwd=cwd)
            files = json.loads(done.stdout)["files"]
            assert [Path(file["path"]).name for file in files] == ["c.py"]


class TestJson:
    def test_is_one_document(self, program: Program, write: Write) -> None:
        write("a.py", OLD)
        write("b.py", BROKEN)
        write("c.py", CLEAN)
        done = program("check", "--format", "json")
        report = json.loads(done.stdout)
        files = {file["path"]: file for file in report.pop("files")}
        assert report == {
            "version": 2,
            "tool": {"name": "mlflow-codemod", "version": report["tool"]["version"]},
            "mode": "check",
            "target": "3",
            "exit_code": 3,
            "interrupted": False,
            "summary": {
                "inputs": 3,
                "states": {
                    "changed": 0,
                    "would change": 1,
                    "by hand": 0,
                    "not fixed": 0,
                    "suppressed": 0,
                    "unchanged": 1,
                    "skipped": 0,
                    "failed": 1,
                },
                "findings": {"fixed": 0, "suppressed": 0, "safe": 1, "unsafe": 0, "by_hand": 0},
                "severities": {"breaks": 0, "changes": 0, "deprecated": 1, "advice": 0},
                "problems": 0,
            },
        }
        assert set(files) == {"a.py", "b.py"}
        (finding,) = files["a.py"].pop("findings")
        assert files["a.py"] == {"path": "a.py", "state": "would change", "reason": "", "problems": []}
        assert finding.pop("message")
        assert finding == {
            "code": "MLF101", "line": 2, "column": 1, "end_line": 2, "end_column": 39, "cell": None, "label": "",
            "source_line": 'mlflow.xgboost.log_model(booster, "m")', "severity": "deprecated", "remedy": "safe", "fixed": False, "suppressed": False,
        }  # fmt: skip
        assert files["b.py"]["state"] == "failed"
        assert files["b.py"]["reason"]

    def test_names_that_are_no_text(self, program: Program, write: Write) -> None:
        write(b"latin\xe4.py", OLD)
        report = json.loads(program("check", "--format", "json").stdout)
        assert os.fsencode(report["files"][0]["path"]) == b"latin\xe4.py"

    def test_apply_tells_what_was_fixed(self, program: Program, write: Write) -> None:
        write("a.py", OLD)
        report = json.loads(program("apply", "--format", "json").stdout)
        assert report["summary"]["findings"]["fixed"] == 1
        assert report["files"][0]["findings"][0]["fixed"] is True


def test_comments_silence(program: Program, write: Write) -> None:
    write("line.py", OLD.replace(b")\n", b")  # noqa: MLF101\n"))
    write("file.py", b"# codemod: skip-file\n" + OLD)
    done = program("check")
    assert done.returncode == 0
    assert b"2 files: 1 suppressed, 1 skipped\n" in done.stdout


def test_one_bad_file_does_not_stop_the_others(program: Program, write: Write, tmp_path: Path) -> None:
    bad = {
        "python2.py": b"import mlflow\nprint 'mlflow.xgboost.log_model'\n",
        "encoding.py": b"# coding: utf-8\nimport mlflow # \xff log_model\n",
        "unknown_encoding.py": b"# coding: klingon\nimport mlflow # log_model\n",
        "nul.py": b"import mlflow\nmlflow.xgboost.log_model(booster, 'm')\0\n",
        "nested.py": b"import mlflow\nmlflow.xgboost.log_model(" + b"(" * 250 + b"x" + b")" * 250 + b", 'm')\n",
        "deep.py": b"import mlflow\nmlflow.xgboost.log_model(" + b"-" * 50_000 + b"x, 'm')\n",
        "truncated.ipynb": b'{"cells": [{"source": "mlflow.log_model(',
        "not_json.ipynb": b"import mlflow\nmlflow.xgboost.log_model(booster, 'm')\n",
    }
    for name, content in bad.items():
        write(name, content)
    for number in range(3):
        write(f"good{number}.py", OLD)
    (tmp_path / "broken_link.py").symlink_to("nowhere.py")
    done = program("apply", "--format", "json")
    assert done.returncode == 3, done.stderr
    report = json.loads(done.stdout)
    files = {file["path"]: file for file in report["files"]}
    assert {name for name, file in files.items() if file["state"] == "failed"} == set(bad)
    assert all(
        file["reason"] and "internal error" not in file["reason"]
        for file in files.values()
        if file["state"] == "failed"
    )
    assert files["broken_link.py"]["state"] == "skipped"
    assert {name: (tmp_path / name).read_bytes() for name in bad} == bad
    assert {(tmp_path / f"good{number}.py").read_bytes() for number in range(3)} == {NEW}
    assert report["summary"]["inputs"] == len(bad) + 4
