"""Whatever ends a run, and whenever: every file is either old or new, and no temporary file stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codemod.disk import interrupts, writing
from codemod.disk.interrupts import Interrupted, held

Write = Callable[..., Path]
Git = Callable[..., str]

PROJECT = Path(__file__).parents[3]
FILES = 140
OLD = (
    b'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n' + b"# " + b"text " * 1000 + b"\n"
)  # more than a page of memory, and few lines to look at
NEW = OLD.replace(b'"m"', b'name="m"')


@pytest.fixture(autouse=True)
def _heard() -> Iterator[None]:
    """Let programs hear SIGHUP that are started below `nohup`: what it ignores, they inherit ignored."""
    handler = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, handler)


@pytest.fixture
def _installed() -> Iterator[None]:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    interrupts.install()
    yield
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.usefixtures("_installed")
class TestHeld:
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_a_signal_waits_for_the_end_of_the_block(self, number: int) -> None:
        done = False
        with pytest.raises(Interrupted) as caught:  # noqa: PT012
            with held():
                with held():
                    os.kill(os.getpid(), number)
                done = True
            pytest.fail("the signal was lost")
        assert done
        assert caught.value.exit_code == 128 + number

    def test_a_signal_outside_ends_at_once(self) -> None:
        with pytest.raises(Interrupted):
            os.kill(os.getpid(), signal.SIGTERM)

    def test_a_signal_is_not_lost_in_an_error(self) -> None:
        with pytest.raises(Interrupted), held():  # noqa: PT012 - both must come
            os.kill(os.getpid(), signal.SIGTERM)
            raise writing.WriteError("x")
        with held():
            pass  # nothing is pending any more

    def test_a_signal_in_the_middle_of_a_write(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write("a.py", b"old")
        replace = os.replace

        def interrupted(*arguments: str) -> None:
            os.kill(os.getpid(), signal.SIGTERM)
            replace(*arguments)

        monkeypatch.setattr(os, "replace", interrupted)
        with pytest.raises(Interrupted):
            writing.replace(str(path), b"old", b"new")
        assert path.read_bytes() == b"new"
        assert os.listdir(path.parent) == ["a.py"]


def test_a_signal_that_comes_at_the_very_end_changes_nothing(write: Write, tmp_path: Path) -> None:
    """All is said, and the exit code is that of the run; neither a traceback nor the end by the signal itself."""
    write("a.py", b'import mlflow\nmlflow.xgboost.log_model(booster, "m")\n')
    code = (
        "import os, signal, sys\nfrom codemod import cli\nflushed = cli._flushed\n"
        "def late(code):\n"
        "    for name in ('SIGINT', 'SIGTERM', 'SIGHUP'):\n        os.kill(os.getpid(), getattr(signal, name))\n"
        "    return flushed(code)\n"
        "cli._flushed = late\nsys.argv[1:] = ['check']\ncli.main()\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True)
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"MLF101" in done.stdout


def start(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    return subprocess.Popen(
        [sys.executable, "-m", "codemod", "apply", *arguments],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def make(write: Write) -> list[Path]:
    return [write(f"src/d{number % 10}/f{number}.py", OLD) for number in range(FILES)]


def written(files: list[Path]) -> int:
    """Count new files, and make sure that the others are old."""
    contents = [path.read_bytes() for path in files]
    assert set(contents) <= {OLD, NEW}
    return contents.count(NEW)


def wait_for_writes(files: list[Path], number: int, process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None and sum(path.stat().st_size == len(NEW) for path in files) < number:
        time.sleep(0.005)
    assert process.poll() is None, "the run was over before it could be interrupted"


def others(folder: Path) -> list[str]:
    return [path.name for path in (folder / "src").rglob("*") if path.is_file() and path.suffix != ".py"]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_a_run_between_two_files(
    write: Write, git: Git, tmp_path: Path, number: int, code: int, jobs: str
) -> None:
    git("init", "-q")
    files = make(write)
    process = start(tmp_path, "--jobs", jobs, "--save-patch", "undo.patch")
    wait_for_writes(files, 3, process)
    process.send_signal(number)
    output, errors = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in errors
    assert b"interrupted: not every file was looked at\n" in output
    assert 3 <= written(files) < FILES
    assert others(tmp_path) == []
    git("apply", "-R", "undo.patch")
    assert written(files) == 0, "the patch holds exactly what was written"


def test_ctrl_c_reaches_the_whole_group_of_processes(write: Write, tmp_path: Path) -> None:
    files = make(write)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        [sys.executable, "-m", "codemod", "apply", "--jobs", "2"],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    wait_for_writes(files, 3, process)
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    assert errors == b""
    assert written(files) < FILES
    assert others(tmp_path) == []


@pytest.mark.parametrize("after", [1, 10, 60])
def test_sigkill_leaves_whole_files_and_the_next_run_cleans_up(write: Write, tmp_path: Path, after: int) -> None:
    files = make(write)
    process = start(tmp_path, "--jobs", "1")
    wait_for_writes(files, after, process)
    process.kill()
    process.communicate()
    assert after <= written(files) < FILES
    leftovers = others(tmp_path)
    assert len(leftovers) <= 1
    write("src/d0/.mlflow-codemod-999999999-aaaaaaaa.tmp", b"what such a run may leave")
    process = start(tmp_path)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    assert written(files) == FILES
    assert others(tmp_path) == []
    assert errors.count(b", which a killed run left\n") == len(leftovers) + 1


def test_an_ignored_signal_stays_ignored(write: Write, tmp_path: Path) -> None:
    files = make(write)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    process = subprocess.Popen(
        ["nohup", sys.executable, "-m", "codemod", "apply", "--jobs", "1"],
        cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    wait_for_writes(files, 3, process)
    process.send_signal(signal.SIGHUP)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert written(files) == FILES
