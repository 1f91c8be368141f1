"""The whole command, with interpreters whose MLflow is a name alone: what goes wrong is said in one line, and nothing is left behind."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import coverage
import psutil
import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from codemod.cli.migrate import check
from codemod.errors import WrongUseError
from compat_tests.verify import clients, session
from compat_tests.verify.command import _apply_options, verify
from compat_tests.verify.proof import Proof
from compat_tests.verify.request import Request

PROGRAM = """\
import os
import sys
import time


def wait():
    open("here", "w").close()
    time.sleep(600)


def fail():
    raise KeyError(os.environ.get("TOKEN"))


globals()[sys.argv[1]]()
"""


class Place:
    """A project, and interpreters that say they have MLflow 2 and 3."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.project.mkdir()
        (self.project / "main.py").write_text(PROGRAM, encoding="utf-8")
        (self.project / "requirements.txt").write_text("mlflow\n", encoding="utf-8")
        self.work = folder / "work"
        library = folder / "cache" / "libraries" / f"coverage-{clients._tag(sys.executable)}"
        library.mkdir(parents=True)
        (library / "coverage").symlink_to(Path(coverage.__file__).parent)
        (library / "complete").touch()
        for line, release in (("2", "2.22.5"), ("3", "3.17.2")):
            info = folder / f"site{line}" / f"mlflow-{release}.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: mlflow\nVersion: {release}\n", encoding="utf-8"
            )
            python = folder / f"python{line}" / "python"
            python.parent.mkdir()
            python.write_text(
                f'#!/bin/sh\nPYTHONPATH="$PYTHONPATH:{info.parent}" exec {sys.executable} "$@"\n', encoding="utf-8"
            )
            python.chmod(0o755)

    def arguments(self, *options: str, command: tuple[str, ...] = ("python", "main.py")) -> list[str]:
        pythons = [part for line in "23" for part in (f"--python{line}", str(self.folder / f"python{line}" / "python"))]
        places = ["--cache", str(self.folder / "cache"), "--work", str(self.work)]
        return [
            sys.executable,
            "-m",
            "codemod",
            "verify",
            str(self.project),
            "--no-server",
            *pythons,
            *places,
            *options,
            "--",
            *command,
        ]

    def run(self, *options: str, command: tuple[str, ...], **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.arguments(*options, command=command),
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **variables},
        )

    def is_clean(self) -> bool:
        """Whether neither files nor processes of a run are left."""
        left = [p for p in psutil.process_iter(["cmdline"]) if str(self.work) in " ".join(p.info["cmdline"] or ())]
        return not list(self.work.iterdir()) and not left


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path)
    before = {path: path.read_bytes() for path in made.project.iterdir()}
    yield made
    assert {path: path.read_bytes() for path in made.project.iterdir()} == before, "the original is never written"


def test_a_world_that_fails_is_shown_with_its_place_and_without_secrets(place: Place) -> None:
    file = place.folder / "out.json"
    done = place.run(
        "--env", "TOKEN", "--output", f"json={file}", command=("python", "main.py", "fail"), TOKEN="s3cr3t-value"
    )
    assert done.returncode == 3, done.stderr
    assert "first line of the project: main.py:12: raise KeyError" in done.stdout
    assert "failed: the code as it is fails on MLflow 2.22.5: `python main.py fail` ended with status 1" in done.stdout
    assert "KeyError: '<TOKEN>'" in done.stdout
    document = json.loads(file.read_text(encoding="utf-8"))
    assert document["failure"]["world"] == "2"
    assert "s3cr3t" not in done.stdout + done.stderr + file.read_text(encoding="utf-8")
    assert place.is_clean()


def test_a_variable_that_is_not_named_does_not_reach_the_command(place: Place) -> None:
    done = place.run(command=("python", "main.py", "fail"), TOKEN="s3cr3t-value")
    assert "KeyError: None" in done.stdout
    assert "s3cr3t" not in done.stdout


def test_a_run_that_hangs_is_stopped(place: Place) -> None:
    done = place.run("--timeout", "2", command=("python", "main.py", "wait"))
    assert done.returncode == 3
    assert "took longer than 2 s and was stopped" in done.stdout
    assert place.is_clean()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing_and_shows_what_it_knew(place: Place, number: signal.Signals) -> None:
    process = subprocess.Popen(
        place.arguments(command=("python", "main.py", "wait")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 100
    while not any("here" in names for _, _, names in os.walk(place.work)):  # folders may come and go meanwhile
        assert time.monotonic() < deadline
        time.sleep(0.1)
    process.send_signal(number)
    shown, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number, errors
    assert "interrupted: what was known until then is shown above" in shown
    assert "2.22.5" in shown
    assert place.is_clean()


@pytest.mark.parametrize(
    ("options", "command", "message"),
    [
        ((), ("no-such-program",), "command not found: no-such-program; world 2 has no such program"),
        (
            (),
            ("main.py", "train"),
            "command not found: main.py; it is a file of the project that nothing runs: write python main.py",
        ),
        (("--include", "data"), ("python", "main.py"), "--include data: is not in"),
    ],
)
def test_wrong_use_is_one_line_and_exit_code_2(
    place: Place, options: tuple[str, ...], command: tuple[str, ...], message: str
) -> None:
    done = place.run(*options, command=command)
    assert done.returncode == 2
    assert message in done.stderr.splitlines()[-1]
    assert not done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--servers", "3:3,2:2", "--", "x"], "its client must be 2"),
        (["--servers", "2:2", "--", "x"], "name at least two different worlds"),
        (["--tolerance", "loss", "--", "x"], "has no number"),
        (["--mlflow3", "2.9.0", "--", "x"], "is not a release of MLflow 3"),
        (["--output", "xml", "--", "x"], "'xml' is not a format"),
        (["."], "no command: put it behind --"),
        (["--servers-from-pythons", "--python2", "x", "--", "x"], "for the server of MLflow 3 by --python3"),
    ],
)
def test_options_that_cannot_be_followed(arguments: list[str], message: str) -> None:
    result = CliRunner().invoke(verify, arguments)
    assert result.exit_code == 2
    assert message in result.output.splitlines()[-1]


def test_a_python_of_the_wrong_line(place: Place) -> None:
    done = place.run("--python3", str(place.folder / "python2" / "python"), command=("python", "main.py"))
    assert done.returncode == 2
    assert "has MLflow 2.22.5, not 3" in done.stderr


def test_an_interpreter_that_somebody_made_measures_with_its_own_coverage(place: Place) -> None:
    client = clients.existing("3", str(place.folder / "python3" / "python"))
    assert clients._held(Requirement("coverage>=7.10"), client.environment) is not None
    assert clients._held(Requirement("coverage<7"), client.environment) is None
    assert clients._held(Requirement("no-such-package"), client.environment) is None


def test_a_full_disk_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> Proof:
        raise OSError(errno.ENOSPC, "No space left on device", "/data/mlflow.db")

    monkeypatch.setattr(session, "prove", full)
    request = Request(tmp_path / "project", ("python",), work=tmp_path / "work")
    with pytest.raises(WrongUseError, match=r"the disk is full \(/data/mlflow.db\); --work"):
        session.run(request, [], show_all=False, bisect=False)
    assert not list((tmp_path / "work").iterdir())


def test_options_of_the_command_behind_the_dashes_are_its_own() -> None:
    result = CliRunner().invoke(verify, ["nowhere", "--", "python", "--help"])
    assert "nowhere: is not a folder" in str(result.exception)


def test_what_is_handed_on_to_apply_is_known_to_check_too() -> None:
    """The copy is checked with the options that it was migrated with."""
    known = {option for parameter in check.params for option in parameter.opts}
    handed = {option for parameter in _apply_options() if parameter.name != "apply_sample" for option in parameter.opts}
    assert {"--select", "--ignore", "--target", "--unsafe"} <= handed <= known
