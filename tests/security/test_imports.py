"""Modules of the project that is looked at do not take the place of Python's, or of the codemod's own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from codemod.running.pools import FEW

if TYPE_CHECKING:
    from conftest import Tripwire

Write = Callable[..., Path]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

CODE = 'import mlflow\n\nmlflow.xgboost.log_model(booster, artifact_path="model")\n'
PLANTED = (
    "ast", "base64", "bisect", "click", "codeop", "collections", "contextlib", "copy", "dataclasses", "difflib", "functools", "hashlib",
    "heapq", "html", "io", "itertools", "json", "keyword", "libcst", "logging", "multiprocessing", "packaging", "pathlib", "pathspec",
    "pickle", "queue", "random", "re", "rich", "secrets", "shutil", "signal", "socket", "sqlite3", "stat", "string", "struct",
    "subprocess", "tempfile", "textwrap", "threading", "tokenize", "tomlkit", "tomllib", "token", "traceback", "types", "typing",
    "urllib", "uuid", "weakref", "xml", "yaml",
)  # fmt: skip


def plant(names: Iterable[str], write: Write, tripwire: Tripwire) -> None:
    for name in names:
        write(
            f"{name}.py",
            f"import os\nos.system({tripwire.command + ' ' + name!r})\nraise ImportError('planted {name}')\n",
        )


def imported_by_python(folder: Path) -> set[str]:
    """Return what Python imports for ``-m`` before the module that was asked for gets to run: no program can prevent that."""
    folder.mkdir()
    (folder / "nothing.py").write_text("import sys\nprint(*sys.modules)\n")
    done = subprocess.run([sys.executable, "-m", "nothing"], cwd=folder, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


COMMANDS = (
    ["check", "--format", "sarif"],
    ["apply", "--format", "json"],
    ["report", "--output", "page.html"],
    ["doctor", "--tracking-uri", "x"],
)


@pytest.mark.parametrize("many", [False, True])
@pytest.mark.parametrize("form", ["module", "script", "script and PYTHONPATH"])
def test_nothing_of_the_project_is_imported(
    write: Write, started_program: Program, console_script: Program, tripwire: Tripwire, tmp_path: Path,
    form: str, many: bool,
) -> None:  # fmt: skip
    early = imported_by_python(tmp_path / "early") if form != "script" else set()
    assert {"ast", "json", "click", "random"}.isdisjoint(early)
    plant(set(PLANTED) - early, write, tripwire)
    write("x/meta.yaml")
    for number in range(FEW + 20 if many else 1):
        write(f"code/f{number}.py", CODE)
    run = started_program if form == "module" else console_script
    path = os.fspath(Path(__file__).parents[2])
    more = {"PYTHONPATH": f".{os.pathsep}{path}{os.pathsep}"} if form.endswith("PYTHONPATH") else {"PYTHONPATH": path}
    for arguments in COMMANDS[1:2] if many else COMMANDS:
        done = run(*arguments, *([] if arguments[0] == "doctor" else ["--jobs", "2"]), **more)
        assert done.returncode in (0, 1, 3), done.stderr.decode()
        assert b"Traceback" not in done.stderr
        assert not tripwire.ran()
    assert 'name="model"' in (tmp_path / "code/f0.py").read_text()


def test_a_project_with_its_own_random_and_many_files(
    write: Write, console_script: Program, started_program: Program
) -> None:
    """Nobody means harm here: a game has a module of this name."""
    write("random.py", "raise SystemExit('not made to be imported by others')\n")
    for number in range(80):
        write(f"f{number}.py", CODE)
    for run in (console_script, started_program):
        done = run("check")
        assert done.returncode == 1, done.stderr.decode()
        assert done.stderr == b""
        assert b"81 files" in done.stdout


def test_the_path_of_the_process_is_that_of_its_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from codemod.running import worker

    monkeypatch.chdir(tmp_path)
    process, connection = worker._start()
    connection.close()
    process.wait()
    code = process.args[-1]  # type: ignore[index]
    assert code.startswith(f"import sys; sys.path[:] = {ascii(sys.path)[:-1]}")


@pytest.mark.parametrize(
    ("path", "variable", "is_first", "expected"),
    [
        (["{here}", "/lib"], "", True, ["/lib"]),
        (["", "/lib"], "", True, ["/lib"]),
        (["/lib", "{here}"], "", True, ["/lib"]),  # wherever Python put it
        (["{here}", "/lib"], "", False, ["{here}", "/lib"]),  # a script that lies here
        (["{here}", "{here}", "/lib"], ".", True, ["/lib"]),
        (["{here}", "/lib", "{here}"], "", True, ["/lib", "{here}"]),  # site-packages, and somebody is there
        (["/bin", "{here}", "/lib"], "/lib:", False, ["/bin", "/lib"]),
        (["/bin", "{here}", "/lib"], "{here}:/lib", False, ["/bin", "{here}", "/lib"]),  # somebody wrote it out
    ],
)
def test_what_is_taken_off_the_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: list[str], variable: str, is_first: bool, expected: list[str]
) -> None:
    from codemod.module_path import leave_current_folder

    here = os.path.realpath(tmp_path)
    monkeypatch.chdir(here)
    monkeypatch.setattr(sys, "path", [part.format(here=here) for part in path])
    if variable:
        monkeypatch.setenv("PYTHONPATH", variable.format(here=here))
    else:
        monkeypatch.delenv("PYTHONPATH", raising=False)
    leave_current_folder(is_first=is_first)
    assert sys.path == [part.format(here=here) for part in expected]
