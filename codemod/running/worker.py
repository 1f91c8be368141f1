"""One process that works on candidates, seen from both ends of its pipe.

`multiprocessing` starts its processes with the current folder first on the module path, so that a project's own ``random.py``
would take the place of Python's. Here a process gets the module path of this one before it imports anything.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection
from typing import Any

from codemod.analysis.parsing import keep_at_most
from codemod.disk.interrupts import held
from codemod.running import limits
from codemod.running.jobs import Job, Task, do_safely, without_old
from codemod.running.memory import rare_collections

IDLE = 60.0
"""Seconds without work after which a process ends by itself: nobody may be left who could end it."""
_GRACE = 5.0
"""Seconds beyond its limit after which a worker is killed: by then it should have ended the file by itself."""
_AT_WORK = 0.01
"""Share of a core that a worker at least uses if it computes, however slowly, and does not wait."""
_NEVER = float("inf")
_KEPT = 400_000
"""Bytes of the files of which a worker keeps what it read: who gets a file in the main pass had others in the first."""


class Worker:
    """A process, and what it is working on.

    What tasks share is sent when it is another than before, and not with each task: it may be as large as all files.

    Objects go through the pipe as bytes that are pickled here: `Connection.send` and `recv` share the buffer of a BytesIO, and
    when a signal's handler raises in between, Python 3.12.1 dies in its garbage collector ("deallocated BytesIO object has
    exported buffers").

    Attributes:
        connection: Our end of the pipe.
        left: What is left of its task.
        deadline: When its file will have had all its time, by the clock of `time.monotonic`.
    """

    def __init__(self) -> None:
        """Start the process."""
        self.left = Task((), b"")
        self.deadline = _NEVER
        self._timeout: float | None = None
        self._began = 0.0
        self._computed: float | None = None
        self._is_ready = False
        self._idle_since = time.monotonic()
        self._process, self.connection = _start()

    @property
    def is_done(self) -> bool:
        """Return whether it waits for a task."""
        return not self.left.jobs

    @property
    def waiting(self) -> float:
        """Return how many seconds it has been waiting; without end if it has died."""
        return _NEVER if self._process.poll() is not None else time.monotonic() - self._idle_since

    def give(self, task: Task, timeout: float | None) -> None:
        """Hand over the next task; the worker waits for one, so its pipe cannot stay full."""
        news = None if task.shared is self.left.shared else task.shared
        self.left, self._timeout = task, timeout
        if self._is_ready:  # else the time that a file may take does not count yet
            self._begin()
        with contextlib.suppress(OSError):  # it has died; take() will tell
            self.connection.send_bytes(pickle.dumps((news, timeout)))
            self.connection.send_bytes(task.parted())

    def take(self) -> list[tuple[Job, Any]] | None:
        """Take what came of one file, nothing when the worker only says that it begins, or None when it died or is late."""
        if self.deadline <= time.monotonic() and not self.connection.poll():
            return [] if self._gets_more() else None
        try:
            data = self.connection.recv_bytes()
        except (EOFError, OSError):
            return None
        if not self._is_ready:
            self._is_ready = True
            self._begin()
            return []
        answer = pickle.loads(data)  # noqa: S301 - our own child wrote it
        job, *jobs = self.left.jobs
        self.left = replace(self.left, jobs=tuple(jobs))
        self._begin()
        return [(job, answer)]

    def end(self, *, kills: bool = True) -> int:
        """Let go of the process, and return its exit code.

        Args:
            kills: Whether it is killed; else it has died.
        """
        if not kills:
            self._process.wait()
        self.connection.close()
        self._process.kill()
        return self._process.wait()

    def _begin(self) -> None:
        self._idle_since = self._began = time.monotonic()
        self.deadline = _NEVER
        if self._timeout is not None and not self.is_done:
            self.deadline = self._began + self._timeout + _GRACE
            self._computed = limits.computed(self._process.pid)

    def _gets_more(self) -> bool:
        """Give a worker more time that is slow because the machine does much else: the limit is what it computes."""
        used, limit = limits.computed(self._process.pid), (self._timeout or 0.0) + _GRACE
        if used is None or self._computed is None:
            return False
        now = time.monotonic()
        spent, passed = used - self._computed, now - self._began
        if spent >= limit or spent < _AT_WORK * passed or passed >= limit * limits.BY_THE_CLOCK:
            return False
        self.deadline = now + limit - spent
        return True


def _start() -> tuple[subprocess.Popen[bytes], Connection]:
    ours, theirs = socket.socketpair()
    path = [entry for entry in sys.path if entry and os.path.isabs(entry)]
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if home not in path:
        path.append(home)  # last: what lies beside the package must not hide anything
    code = f"import sys; sys.path[:] = {path!a}; from codemod.running.worker import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with ours, theirs, held():  # a process that is half started would be lost
        process = subprocess.Popen(
            [sys.executable, *_interpreter_flags(), "-c", code],
            stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env={**environment, "PYTHONSAFEPATH": "1"},
        )  # fmt: skip
        return process, Connection(ours.detach())


def _interpreter_flags() -> list[str]:
    """Return the flags with which this process was started, such as ``-I`` and ``-X utf8``."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return flags


@rare_collections()
def main() -> None:
    """Do tasks until the parent closes the pipe, dies or has nothing to do; runs in a worker."""
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends them to all processes; the parent decides what they mean
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    limits.leave_memory()
    keep_at_most(_KEPT)
    connection = Connection(os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    with contextlib.suppress(EOFError, BrokenPipeError, ConnectionResetError):
        _work(connection)


def _work(connection: Connection) -> None:
    shared: bytes | None = None
    begins = True
    while connection.poll(IDLE):
        news, timeout = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own parent wrote it
        parted = connection.recv_bytes()
        if news is not None and news != shared:
            shared = news
            work, project = pickle.loads(news)  # noqa: S301
        if begins:
            connection.send_bytes(b"begin")  # the time that a file may take does not count from the start of a process
            begins = False
        for each in pickle.loads(parted):  # noqa: S301
            job = each.joined(project)
            answer = without_old(do_safely(work, job, timeout), job.data)
            connection.send_bytes(pickle.dumps(answer))
