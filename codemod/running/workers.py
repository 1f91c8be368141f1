"""Work on candidates in processes of our own.

`concurrent.futures.ProcessPoolExecutor` would do for the good days. But when one of its workers dies, it cannot tell which
task killed it; and its workers share queues, so one that ends at the wrong moment can leave the parent waiting for ever
(https://github.com/python/cpython/issues/94777 is one such case, never fixed in Python 3.10). Here each worker has a pipe
of its own and one task at a time: a dead worker is one closed pipe and one known task, and nothing is shared that could
stay locked.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import pickle
import signal
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkServerContext, SpawnContext
from multiprocessing.process import BaseProcess

from codemod.disk.interrupts import held
from codemod.findings import Outcome, State
from codemod.running.jobs import Job, Migrate, Results, chunks, migrate_chunk
from codemod.running.memory import rare_collections


@dataclass(eq=False, slots=True)
class _Worker:
    """A process and what it is working on.

    Objects go through the pipe as bytes that are pickled here: `Connection.send` and `recv` share the buffer of a BytesIO, and
    when a signal's handler raises in between, Python 3.12.1 dies in its garbage collector ("deallocated BytesIO object has
    exported buffers").
    """

    process: BaseProcess
    connection: Connection
    jobs: Sequence[Job] = ()

    def send(self, jobs: Sequence[Job]) -> None:
        """Hand over the next task; the worker waits for one, so its pipe cannot stay full."""
        self.jobs = jobs
        with contextlib.suppress(OSError):  # it has died; receive() will tell
            self.connection.send_bytes(pickle.dumps(jobs))

    def receive(self) -> list[Outcome] | None:
        """Take the outcomes of the task, or None when the worker died of it."""
        try:
            outcomes: list[Outcome] = pickle.loads(self.connection.recv_bytes())  # noqa: S301 - our own child wrote it
        except (EOFError, OSError):
            return None
        return outcomes

    def end(self) -> None:
        """Let go of the worker; one that still works is ended."""
        self.connection.close()
        self.process.terminate()
        self.process.join()


def map_in_processes(jobs: Iterator[Job], migrate: Migrate, workers: int) -> Results:
    """Work on candidates in several processes.

    When a worker dies, each candidate of its task is tried once more in a task of its own, and only one that kills a
    worker again ends as failed.

    Args:
        jobs: The candidates; read as workers get free, so that memory holds few at a time.
        migrate: What to do with one candidate; importable in a new process.
        workers: How many processes.
    """
    todo = chunks(jobs)
    crew: list[_Worker] = []
    try:
        tasks = list(islice(todo, workers))
        crew.extend(_start(migrate) for _ in tasks)
        for worker, task in zip(crew, tasks, strict=True):
            worker.send(task)
        while crew:
            ready = set(wait([worker.connection for worker in crew]))
            for worker in [each for each in crew if each.connection in ready]:
                outcomes, done = worker.receive(), worker.jobs
                if outcomes is not None:
                    yield from zip(done, outcomes, strict=True)
                else:
                    crew.remove(worker)
                    worker.process.join()
                    if len(done) == 1:
                        yield done[0], _died(done[0], worker.process.exitcode)
                    else:
                        todo = chain(([job] for job in done), todo)
                    worker.end()
                    worker = _start(migrate)
                    crew.append(worker)
                following = next(todo, None)
                if following is not None:
                    worker.send(following)
                else:
                    crew.remove(worker)
                    worker.end()
    finally:
        for worker in crew:
            worker.end()


def _start(migrate: Migrate) -> _Worker:
    context = _context()
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, migrate), daemon=True)
    with held():  # starting shares such a buffer too, and a process that is half started would be lost
        process.start()
    theirs.close()  # else the end of the worker would not close the pipe
    return _Worker(process, ours)


def _context() -> ForkServerContext | SpawnContext:
    # Not fork: a copy of a process that has threads may deadlock.
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "codemod.engine"])  # once, not in every worker
    return context


@rare_collections()
def _work(connection: Connection, migrate: Migrate) -> None:
    """Do tasks until the parent closes the pipe, or dies."""
    for name in ("SIGINT", "SIGHUP"):  # a terminal sends them to all processes; the parent decides what they mean
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    try:
        while True:
            jobs: Sequence[Job] = pickle.loads(connection.recv_bytes())  # noqa: S301 - our own parent wrote it
            connection.send_bytes(pickle.dumps(migrate_chunk(migrate, jobs)))
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
