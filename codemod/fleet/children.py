"""Starts the processes that repositories are worked on in, and ends those whose time is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from codemod.disk import writing
from codemod.errors import PoolError, WrongUseError
from codemod.fleet.forks import CAN_FORK, Forked, Nest

LOST = 5
"""The exit code of a process that says that those who work on files cannot be reached."""
_MOST = 1 << 16
_LONGEST = 1 << 12

Process = subprocess.Popen[bytes] | Forked


def child_command(module: str, arguments: Sequence[str] = ()) -> tuple[list[str], dict[str, str]]:
    """Return the command that runs ``main`` of a module in a new process, and its environment.

    The process imports what this one would, wherever it is started: nothing of the folder that it lies in.
    """
    path = [entry for entry in sys.path if entry and os.path.isabs(entry)]
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if home not in path:
        path.append(home)  # last: what lies beside the package must not hide anything
    code = f"import sys; sys.path[:] = {path!a}; from {module} import main; main()"
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return [sys.executable, *flags, "-c", code, *arguments], {**environment, "PYTHONSAFEPATH": "1"}


@dataclass(frozen=True, slots=True)
class TaskFailure:
    """Why a process did not do its task.

    Attributes:
        reason: One line.
        has_died: Whether a signal ended it, and nobody knows of which file.
    """

    reason: str
    has_died: bool = False


class Crew:
    """The processes of one run; they end with it, whatever ends it."""

    def __init__(self, lock: int | None = None, modules: Sequence[str] = ()) -> None:
        """Start nothing yet.

        Args:
            lock: The descriptor of the lock on the work folder, which each process holds as long as it lives.
            modules: Modules beside this program that all processes will import.
        """
        self._lock = lock
        self._modules = modules
        self._mutex = threading.Lock()
        self._running: set[Process] = set()
        self._stopped = False
        self._nest: Nest | None = None

    @property
    def is_stopped(self) -> bool:
        """Whether the run has been ended."""
        return self._stopped

    def work(self, task: str, log: str, seconds: float | None) -> TaskFailure | None:
        """Let `codemod.fleet.job` do one task in a process.

        Args:
            task: One line.
            log: Where the process' standard error goes.
            seconds: How long it may take; None for as long as it takes.

        Returns:
            Why it failed; None when it did not.

        Raises:
            PoolError: If those who work on files for all repositories are lost.
        """
        with open(log, "wb") as errors:
            process = self._forked(errors.fileno()) or self._started(errors.fileno())
        if process is None:
            return TaskFailure("the run was ended before it was done")
        assert process.stdin is not None
        assert process.stdout is not None
        with process.stdin, process.stdout:
            try:
                with contextlib.suppress(BrokenPipeError):  # it has died; its exit code tells
                    process.stdin.write(task.encode() + b"\n")
                    process.stdin.flush()
                process.wait(seconds)
            except subprocess.TimeoutExpired:
                return TaskFailure(f"it took longer than {seconds:g} s, so it was given up (--timeout)")
            finally:
                self._end(process)
            answer = _answer(process.stdout)
        if process.returncode == LOST:
            raise PoolError(answer)
        code = process.returncode or 0
        return None if code == 0 else TaskFailure(answer or _why(code, log), has_died=code < 0)

    def stop(self) -> None:
        """End all processes, and let none start."""
        with self._mutex:
            self._stopped = True
            for process in self._running:
                _kill(process)
            if self._nest is not None:
                self._nest.end()
                self._nest = None

    def _forked(self, errors: int) -> Forked | None:
        """Return a fork of the program; None where there can be none."""
        with self._mutex:
            if self._stopped or not CAN_FORK:
                return None
            if self._nest is None:
                self._nest = Nest(*child_command("codemod.fleet.nest", self._modules), self._lock)
            process = self._nest.fork(errors)
            if process is not None:
                self._running.add(process)
        if process is not None and process.has_begun():
            with self._mutex:
                if self.is_stopped:  # meanwhile
                    _kill(process)
            return process
        if process is not None:  # the nest has ended, and another would end in the same way
            with self._mutex:
                self._running.discard(process)
            process.drop()
        return None

    def _started(self, errors: int) -> subprocess.Popen[bytes] | None:
        arguments, environment = child_command("codemod.fleet.job")
        with self._mutex:
            if self._stopped:
                return None
            process = subprocess.Popen(
                arguments, env=environment, cwd=os.path.abspath(os.sep), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=errors, start_new_session=True, pass_fds=() if self._lock is None else (self._lock,),
            )  # fmt: skip
            self._running.add(process)
            return process

    def _end(self, process: Process) -> None:
        with self._mutex:
            _kill(process)  # what it started, too
            self._running.discard(process)
        process.wait()
        if isinstance(process, Forked):
            process.close()


def _kill(process: Process) -> None:
    # The number of one that has ended may be another process' by now; that of a fork, not before somebody lets go of it.
    if process.pid <= 0 or (process.poll() is not None and not isinstance(process, Forked)):
        return
    with contextlib.suppress(OSError):
        if isinstance(process, Forked) or hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def answer(text: str) -> None:
    """Say in a process of a repository why that failed: on standard output, because the disk may be full."""
    with contextlib.suppress(OSError):
        os.write(1, text.encode("utf-8", "backslashreplace")[:_LONGEST])


def _answer(stream: IO[bytes]) -> str:
    """Return what a process that has ended said; what it started may live on and hold the stream, so nobody waits for its end."""
    if hasattr(os, "set_blocking"):
        os.set_blocking(stream.fileno(), False)
    with contextlib.suppress(BlockingIOError):
        return " ".join(os.read(stream.fileno(), _MOST).decode("utf-8", "replace").split())
    return ""


def refusal(error: OSError) -> str:
    """Say what the operating system refused to whom, in one line."""
    place = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
    return place + writing.reason(error)


def _why(code: int, log: str) -> str:
    """Say why a process failed, by what it said last."""
    if code < 0:
        known = {number.value: number.name for number in signal.Signals}
        cause = ": it may have run out of memory" if code == -signal.SIGKILL else ""
        return f"its process was ended by {known.get(-code, f'signal {-code}')}{cause}"
    return last_line(log) or f"its process ended with code {code}"


def last_line(path: str) -> str:
    """Return the last line of a file that is not empty; "" where there is none."""
    with open(path, "rb") as stream:
        stream.seek(max(0, os.path.getsize(path) - _MOST))
        lines = [line for line in stream.read().decode("utf-8", "replace").splitlines() if line.strip()]
    return " ".join(lines[-1].split()) if lines else ""


def write_text_whole(path: str, text: str) -> None:
    """Write a file whole or not at all.

    Raises:
        WrongUseError: If it cannot be written.
    """
    try:
        writing.write_new(path, text.encode("utf-8", "backslashreplace"))
    except writing.WriteError as error:
        raise WrongUseError(f"{path}: {error}") from error
