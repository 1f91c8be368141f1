"""Starts the processes that repositories are worked on in, and ends those whose time is up."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

from codemod.disk import writing
from codemod.errors import PoolError, WrongUseError

LOST = 5
"""The exit code of a process that says on the last line of its standard error that those who work on files cannot be reached."""
_MOST = 1 << 16


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


class Crew:
    """The processes of one run; they end with it, whatever ends it."""

    def __init__(self, lock: int | None = None) -> None:
        """Take the descriptor of the lock on the work folder, which each process holds as long as it lives."""
        self._lock = lock
        self._mutex = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._stopped = False

    @property
    def is_stopped(self) -> bool:
        """Whether the run has been ended."""
        return self._stopped

    def work(self, module: str, task: str, log: str, seconds: float | None) -> str:
        """Do one task in a process.

        Args:
            module: Its ``main`` reads the task from standard input.
            task: One line.
            log: Where the process' standard error goes.
            seconds: How long it may take; None for as long as it takes.

        Returns:
            Why it failed, in one line; "" when it did not.

        Raises:
            PoolError: If those who work on files for all repositories are lost.
        """
        arguments, environment = child_command(module)
        with open(log, "wb") as errors:
            process = self._start(arguments, environment, errors.fileno())
        if process is None:
            return "the run was ended before it was done"
        try:
            with contextlib.suppress(BrokenPipeError):  # it has died; its exit code tells
                assert process.stdin is not None
                process.stdin.write(task.encode() + b"\n")
                process.stdin.flush()
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            return f"it took longer than {seconds:g} s, so it was given up (--timeout)"
        finally:
            self._end(process)
        if process.returncode == LOST:
            raise PoolError(last_line(log))
        return "" if process.returncode == 0 else _why(process.returncode, log)

    def stop(self) -> None:
        """End all processes, and let none start."""
        with self._mutex:
            self._stopped = True
            for process in self._running:
                _kill(process)

    def _start(self, arguments: list[str], environment: dict[str, str], errors: int) -> subprocess.Popen[bytes] | None:
        with self._mutex:
            if self._stopped:
                return None
            process = subprocess.Popen(
                arguments, env=environment, cwd=os.path.abspath(os.sep), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                stderr=errors, start_new_session=True, pass_fds=() if self._lock is None else (self._lock,),
            )  # fmt: skip
            self._running.add(process)
            return process

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        with self._mutex:
            _kill(process)  # what it started, too
            self._running.discard(process)
        process.wait()
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return  # its number may be another process' by now
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def _why(code: int, log: str) -> str:
    """Say why a process failed, by what it said last."""
    if code < 0:
        known = {number.value: number.name for number in signal.Signals}
        return f"its process was ended by {known.get(-code, f'signal {-code}')}: it may have run out of memory"
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
