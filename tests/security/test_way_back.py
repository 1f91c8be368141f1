"""The way back is on the disk before a change is, and what was written is told whatever happens."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from codemod.cli.patches import WayBack
from codemod.disk import writing
from codemod.findings import Outcome, State
from codemod.running.discovery import discover
from codemod.running.runner import RunOptions, run
from codemod.settings import Settings

Write = Callable[..., Path]
Git = Callable[..., str]
Program = Callable[..., subprocess.CompletedProcess[bytes]]

CODE = 'import mlflow\n\nmlflow.xgboost.log_model(booster, artifact_path="model")\n'
NEW = CODE.replace("artifact_path", "name")


@pytest.fixture(autouse=True)
def _here(tmp_path: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(tmp_path)
    yield
    os.chdir(before)


def written(way_back: WayBack) -> list[Outcome]:
    outcomes: list[Outcome] = []
    run(
        discover(["code"]).targets,
        RunOptions(Settings(), write=True, jobs=1, before_write=way_back.add),
        outcomes.append,
    )
    return outcomes


def apply_killed(folder: Path, body: str) -> None:
    """Run `apply --save-patch` in a process that ends itself while a file is written.

    Args:
        folder: Where it is started.
        body: What writes a file: the body of a function of its path, its old and its new bytes, with the real one as ``replace``.
    """
    code = (
        "import os, signal, sys\nfrom codemod.disk import writing\nreplace = writing.replace\n"
        f"def killed(path, old, new):\n{body}"
        "writing.replace = killed\nsys.argv[1:] = ['apply', '--save-patch', 'undo.patch', '-j1', 'code']\n"
        "from codemod.cli import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True)
    assert done.returncode == -signal.SIGKILL


class TestPatch:
    def test_each_file_is_in_the_patch_before_it_is_written(
        self, write: Write, git: Git, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for name in ("a", "b", "c"):
            write(f"code/{name}.py", CODE)
        events: list[str] = []
        fsync, replace = os.fsync, os.replace

        def synced(descriptor: int) -> None:
            fsync(descriptor)
            events.append("sync")

        def replaced(source: str, target: str) -> None:
            assert f"--- a/code/{os.path.basename(target)}" in Path("undo.patch").read_text()
            assert events[-1] == "sync", "what is in the patch is on the disk"
            replace(source, target)
            events.append(os.path.basename(target))

        monkeypatch.setattr(os, "fsync", synced)
        monkeypatch.setattr(os, "replace", replaced)
        way_back = WayBack("undo.patch", discover(["code"]))
        written(way_back)
        way_back.close()
        assert [event for event in events if event != "sync"] == ["a.py", "b.py", "c.py"]
        git("init", "-q")
        git("apply", "-R", "undo.patch")
        assert {path.read_text() for path in Path("code").iterdir()} == {CODE}

    def test_a_disk_that_is_full_changes_nothing(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("a", "b"):
            write(f"code/{name}.py", CODE)
        way_back = WayBack("undo.patch", discover(["code"]))
        real, count = os.write, 0

        def full(descriptor: int, data: bytes) -> int:
            nonlocal count
            count += 1
            if count == 2:  # in the middle of the second file's part
                real(descriptor, bytes(data[:20]))
                raise OSError(errno.ENOSPC, "No space left on device")
            return real(descriptor, data)

        monkeypatch.setattr(os, "write", full)
        outcomes = written(way_back)
        monkeypatch.undo()
        assert [outcome.state for outcome in outcomes] == [State.CHANGED, State.FAILED]
        assert "the way back undo.patch cannot be written: No space left on device" in outcomes[1].reason
        assert (Path("code/a.py").read_text(), Path("code/b.py").read_text()) == (NEW, CODE)
        assert Path("undo.patch").read_text().count("diff --git") == 1
        assert Path("undo.patch").read_text().endswith("\n")

    def test_a_file_that_cannot_be_written_is_in_no_patch(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("a", "b"):
            write(f"code/{name}.py", CODE)
        replace = writing.replace

        def refuse(path: str, old: bytes, new: bytes) -> tuple[str, ...]:
            if path.endswith("a.py"):
                raise writing.WriteError("cannot be written: no")
            return replace(path, old, new)

        monkeypatch.setattr(writing, "replace", refuse)
        way_back = WayBack("undo.patch", discover(["code"]))
        written(way_back)
        way_back.close()
        assert "a/code/a.py" not in Path("undo.patch").read_text()
        assert "a/code/b.py" in Path("undo.patch").read_text()

    def test_nothing_changed_leaves_no_file(self, write: Write, program: Program) -> None:
        write("a.py", NEW)
        assert b"nothing was changed" in program("apply", "--save-patch", "undo.patch").stderr
        assert not Path("undo.patch").exists()

    def test_a_kill_leaves_the_way_back(self, write: Write, git: Git, tmp_path: Path) -> None:
        for number in range(40):
            write(f"code/f{number:02}.py", CODE)
        apply_killed(
            tmp_path,
            "    notes = replace(path, old, new)\n"
            "    if path.endswith('f20.py'): os.kill(os.getpid(), signal.SIGKILL)\n    return notes\n",
        )
        assert Path("code/f20.py").read_text() == NEW
        assert Path("code/f21.py").read_text() == CODE
        git("init", "-q")
        git("apply", "-R", "undo.patch")
        assert {path.read_text() for path in Path("code").iterdir()} == {CODE}

    def test_a_kill_between_the_patch_and_the_file(self, write: Write, git: Git, tmp_path: Path) -> None:
        """The patch then tells of one change that was not made; Git takes the others back all the same."""
        for number in range(4):
            write(f"code/f{number}.py", CODE)
        apply_killed(
            tmp_path,
            "    if path.endswith('f2.py'): os.kill(os.getpid(), signal.SIGKILL)\n    return replace(path, old, new)\n",
        )
        assert [path.read_text() for path in sorted(Path("code").iterdir())] == [NEW, NEW, CODE, CODE]
        assert Path("undo.patch").read_text().count("diff --git") == 3
        git("init", "-q")
        git("apply", "-R", "--exclude=code/f2.py", "undo.patch")
        assert {path.read_text() for path in Path("code").iterdir()} == {CODE}


class TestInterrupts:
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_a_second_ctrl_c_keeps_the_report(self, write: Write, tmp_path: Path, form: str) -> None:
        for number in range(3):
            write(f"code/f{number}.py", CODE)
        code = (
            "import os, signal, sys\nfrom codemod.cli import migrate\nfrom codemod.disk import writing\n"
            "replace = writing.replace\n"
            "def first(path, old, new):\n    notes = replace(path, old, new)\n    os.kill(os.getpid(), signal.SIGINT)\n    return notes\n"
            "writing.replace = first\nreport = migrate.Report\n"
            "def second(*arguments, **more):\n    os.kill(os.getpid(), signal.SIGINT)\n    return report(*arguments, **more)\n"
            "migrate.Report = second\n"
            f"sys.argv[1:] = ['apply', '--format', '{form}', '-j1', 'code']\nfrom codemod.cli import main\nmain()\n"
        )
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True)
        assert done.returncode == 130
        if form == "json":
            assert json.loads(done.stdout)["summary"]["inputs"] == 1
        assert b"code/f0.py" in done.stdout
        assert b"code/f1.py" not in done.stdout


class TestReading:
    def test_a_file_that_comes_in_parts_is_read_whole(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        """Linux gives at most 2 GiB at a time."""
        write("code/a.py", "# " + "x" * 5000 + "\n" + CODE)
        read = os.read
        monkeypatch.setattr(os, "read", lambda descriptor, size: read(descriptor, min(size, 1000)))
        outcomes: list[Outcome] = []
        run(discover(["code"]).targets, RunOptions(Settings(), write=True, jobs=1), outcomes.append)
        monkeypatch.undo()
        assert outcomes[0].state is State.CHANGED
        assert Path("code/a.py").read_text().endswith(NEW)


class TestOtherNamesAndOwners:
    def test_a_hard_link_keeps_the_old_text_and_that_is_said(
        self, write: Write, program: Program, tmp_path: Path
    ) -> None:
        inside = write("code/a.py", CODE)
        outside = tmp_path / "outside.py"
        os.link(inside, outside)
        done = program("apply", "code")
        assert outside.read_text() == CODE
        assert inside.read_text() == NEW
        assert b"note code/a.py: the file has 1 other name (hard links), which keep the old text" in done.stdout
        os.unlink(outside)
        assert b"note" not in program("apply", "code").stdout

    def test_an_owner_that_cannot_be_kept_is_said(self, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
        path = write("code/a.py", CODE)
        status = path.stat()
        real = os.stat

        def foreign(name: str, *arguments: object, **more: object) -> os.stat_result:
            found = real(name, *arguments, **more)  # type: ignore[arg-type]
            values = list(found)
            if os.fspath(name) == str(path):
                values[4], values[5] = status.st_uid + 1, status.st_gid + 1
            return os.stat_result(values)

        def refuse(*_: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(writing.os, "stat", foreign)
        monkeypatch.setattr(writing.os, "chown", refuse)
        notes = writing.replace(str(path), CODE.encode(), NEW.encode())
        assert [note.split()[3] for note in notes] == ["to", "to"]
        assert f"belongs to user {status.st_uid} now" in notes[0]


def test_time_is_short_for_nobody_who_answers(write: Write) -> None:
    """The limit of a file does not count while somebody decides about its fixes."""
    write("code/a.py", CODE)
    outcomes: list[Outcome] = []

    def choose(job: object) -> Callable[..., list[bool]]:
        def slowly(_cells: object, findings: list[object], *_: object) -> list[bool]:
            time.sleep(0.3)
            return [True] * len(findings)

        return slowly

    run(discover(["code"]).targets, RunOptions(Settings(), choose=choose, timeout=0.1), outcomes.append)  # type: ignore[arg-type]
    assert outcomes[0].state is State.CHANGED


def test_a_signal_ends_a_report_that_nobody_reads() -> None:
    """Opening a pipe waits for its reader, for ever if need be."""
    os.mkfifo("pipe")
    code = """if True:
        import sys
        from codemod.disk import interrupts, writing
        interrupts.install()
        try:
            print(flush=True)
            writing.write_new("pipe", b"report")
        except interrupts.Interrupted as interrupted:
            sys.exit(interrupted.exit_code)
    """
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.3)
        process.terminate()
        assert process.wait(timeout=20) == 128 + signal.SIGTERM
