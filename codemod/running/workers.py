"""Work on candidates in processes of our own.

`concurrent.futures.ProcessPoolExecutor` would do for the good days. But when one of its workers dies, it cannot tell which
task killed it; and its workers share queues, so one that ends at the wrong moment can leave the parent waiting for ever
(https://github.com/python/cpython/issues/94777 is one such case, never fixed in Python 3.10). Here each worker has a pipe
of its own and one task at a time: a dead worker is one closed pipe and one known task, and nothing is shared that could
stay locked.

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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from multiprocessing.connection import Connection, wait

from codemod.disk.interrupts import held
from codemod.findings import Outcome, State
from codemod.running import limits
from codemod.running.jobs import Job, Migrate, Results, chunks, migrate_safely, without_old
from codemod.running.memory import rare_collections
from codemod.settings import Project

_GRACE = 5.0
"""Seconds beyond its limit after which a worker is killed: by then it should have ended the file by itself."""

_AT_WORK = 0.01
"""Share of a core that a worker at least uses if it computes, however slowly, and does not wait."""


@dataclass(eq=False, slots=True)
class _Worker:
    """A process and what it is working on.

    What is known of the whole run is sent when it is another than before, and not with each task: it may be as large as all files.

    Objects go through the pipe as bytes that are pickled here: `Connection.send` and `recv` share the buffer of a BytesIO, and
    when a signal's handler raises in between, Python 3.12.1 dies in its garbage collector ("deallocated BytesIO object has
    exported buffers").
    """

    process: subprocess.Popen[bytes]
    connection: Connection
    timeout: float | None
    jobs: list[Job] = field(default_factory=list)
    project: Project | None = None
    is_alone: bool = False
    is_ready: bool = False
    end_of_file: float = float("inf")
    began: float = 0.0
    computed: float | None = None

    def send(self, jobs: Sequence[Job]) -> None:
        """Hand over the next task; the worker waits for one, so its pipe cannot stay full."""
        self.jobs, self.is_alone = list(jobs), len(jobs) == 1
        if self.is_ready:
            self._begin()
        shared = jobs[0].settings.project
        news = () if shared is self.project else (shared,)
        self.project = shared
        with contextlib.suppress(OSError):  # it has died; receive() will tell
            self.connection.send_bytes(pickle.dumps((news, [job.parted() for job in jobs])))

    def receive(self) -> list[tuple[Job, Outcome]] | None:
        """Take the outcome of one candidate, nothing when the worker only says that it begins, or None when it died."""
        if self.end_of_file <= time.monotonic() and not self.connection.poll():
            return [] if self._gets_more() else None
        try:
            data = self.connection.recv_bytes()
        except (EOFError, OSError):
            return None
        self._begin()
        if not self.is_ready:
            self.is_ready = True
            return []
        outcome: Outcome = pickle.loads(data)  # noqa: S301 - our own child wrote it
        return [(self.jobs.pop(0), outcome)]

    def end(self) -> None:
        """Let go of the worker; one that still works is ended."""
        self.connection.close()
        self.process.kill()
        self.process.wait()

    def _begin(self) -> None:
        if self.timeout is None:
            return
        self.began = time.monotonic()
        self.end_of_file = self.began + self.timeout + _GRACE
        self.computed = limits.computed(self.process.pid)

    def _gets_more(self) -> bool:
        """Give a worker more time that is slow because the machine does much else: the limit is what it computes."""
        used, limit = limits.computed(self.process.pid), (self.timeout or 0.0) + _GRACE
        if used is None or self.computed is None:
            return False
        now = time.monotonic()
        spent, passed = used - self.computed, now - self.began
        if spent >= limit or spent < _AT_WORK * passed or passed >= limit * limits.BY_THE_CLOCK:
            return False
        self.end_of_file = now + limit - spent
        return True


def can_start() -> bool:
    """Return whether processes can be started here: by sockets that they inherit, which Windows does not know."""
    return os.name == "posix" and bool(sys.executable)


def map_in_processes(jobs: Iterator[Job], migrate: Migrate, workers: int, timeout: float | None = None) -> Results:
    """Work on candidates in several processes.

    When a worker dies, each candidate of its task that is not done is tried once more in a task of its own, and only one that
    kills a worker again ends as failed.

    Args:
        jobs: The candidates; read as workers get free, so that memory holds few at a time.
        migrate: What to do with one candidate; importable in a new process.
        workers: How many processes.
        timeout: Seconds that a candidate may take; None lets it take its time.
    """
    todo = chunks(jobs)
    crew: list[_Worker] = []
    try:
        tasks = list(islice(todo, workers))
        for task in tasks:
            crew.append(_start(migrate, timeout))
            crew[-1].send(task)
        while crew:
            for worker in _ready(crew):
                done = worker.receive()
                if done is not None:
                    yield from done
                    if worker.jobs:
                        continue
                else:
                    crew.remove(worker)
                    failed, again = _after_death(worker)
                    yield from failed
                    todo = chain(([job] for job in again), todo)
                following = next(todo, None)
                if done is None and following is not None:
                    worker = _start(migrate, timeout)
                    crew.append(worker)
                if following is not None:
                    worker.send(following)
                elif done is not None:
                    crew.remove(worker)
                    worker.end()
    finally:
        for worker in crew:
            worker.end()


def _ready(crew: list[_Worker]) -> list[_Worker]:
    """Wait until workers have an answer, or their time is up, and return these."""
    first = min(worker.end_of_file for worker in crew)
    seconds = None if first == float("inf") else max(0.0, first - time.monotonic())
    ready = set(wait([worker.connection for worker in crew], seconds))
    now = time.monotonic()
    return [worker for worker in crew if worker.connection in ready or worker.end_of_file <= now]


def _after_death(worker: _Worker) -> tuple[list[tuple[Job, Outcome]], list[Job]]:
    """Return the candidate that fails with its worker, if it is known, and those that are tried again."""
    is_late = worker.end_of_file <= time.monotonic()
    if not is_late:
        worker.process.wait()
    worker.end()
    first, *others = worker.jobs
    if is_late:
        outcome = Outcome(first.target.path, State.FAILED, reason=limits.reason(worker.timeout or 0))
        return [(first, outcome)], others
    if worker.is_alone:
        return [(first, _died(first, worker.process.returncode))], []
    return [], worker.jobs


def _start(migrate: Migrate, timeout: float | None) -> _Worker:
    ours, theirs = socket.socketpair()
    path = [*sys.path]
    home = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if home not in path:
        path.append(home)  # last: what lies beside the package must not hide anything
    code = f"import sys; sys.path[:] = {path!a}; from codemod.running.workers import main; main()"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with ours, theirs, held():  # a process that is half started would be lost
        process = subprocess.Popen(
            [sys.executable, *_interpreter_flags(), "-c", code],
            stdin=theirs.fileno(), stdout=subprocess.DEVNULL, env={**environment, "PYTHONSAFEPATH": "1"},
        )  # fmt: skip
        worker = _Worker(process, Connection(ours.detach()), timeout)
    with contextlib.suppress(OSError):  # it has died; receive() will tell
        worker.connection.send_bytes(pickle.dumps((migrate, timeout)))
    return worker


def _interpreter_flags() -> list[str]:
    """Return the flags with which this process was started, such as ``-I`` and ``-X utf8``."""
    flags: list[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    return flags


@rare_collections()
def main() -> None:
    """Do tasks until the parent closes the pipe, or dies; runs in a worker."""
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends them to all processes; the parent decides what they mean
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    connection = Connection(os.dup(0))
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    try:
        migrate, timeout = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own parent wrote it
        connection.send_bytes(b"begin")  # the time that a file may take does not count from the start of a process
        project: Project | None = None
        while True:
            news, parted = pickle.loads(connection.recv_bytes())  # noqa: S301
            project = news[0] if news else project
            for job in (each.joined(project) for each in parted):
                outcome = without_old(migrate_safely(migrate, job, timeout), job.data)
                connection.send_bytes(pickle.dumps(outcome))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _died(job: Job, exitcode: int | None) -> Outcome:
    if exitcode is not None and exitcode < 0:
        number = -exitcode
        cause = f"by {signal.Signals(number).name}" if number in set(signal.Signals) else f"by signal {number}"
    else:
        cause = f"with exit code {exitcode}"
    reason = f"the worker process ended {cause} while it was migrating this file, twice"
    return Outcome(job.target.path, State.FAILED, reason=reason)
