"""Work on candidates in processes of this machine.

`concurrent.futures.ProcessPoolExecutor` would do for the good days. But when one of its workers dies, it cannot tell which
task killed it; and its workers share queues, so one that ends at the wrong moment can leave the parent waiting for ever
(https://github.com/python/cpython/issues/94777 is one such case, never fixed in Python 3.10). Here each worker has a pipe
of its own and one task at a time: a dead worker is one closed pipe and one known task, and nothing is shared that could
stay locked.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import wait
from typing import Any

from codemod.findings import Outcome, State
from codemod.running import limits
from codemod.running.jobs import Answers, Job, T, Task, Work, tasks
from codemod.running.worker import IDLE, Worker


class Processes:
    """Processes that stay from one lot of candidates to the next."""

    def __init__(self, count: int) -> None:
        """Start nothing yet; there will be at most ``count`` processes."""
        self._count = count
        self._idle: list[Worker] = []

    def start(self, files: int) -> None:
        """Start processes for so many files."""
        while len(self._idle) < min(self._count, files):
            self._idle.append(Worker())

    def results(self, jobs: Iterator[Job], work: Work[T], timeout: float | None) -> Answers[T]:
        """See `codemod.running.pools.Pool`."""
        return self.work(tasks(jobs, work), timeout)

    def work(self, todo: Iterator[Task], timeout: float | None) -> Answers[Any]:
        """Do tasks.

        When a worker dies, each candidate of its task that is not done is tried once more in a task of its own, and only one that
        kills a worker again ends as failed.
        """
        waiting = deque(islice(todo, self._count))
        self.start(len(waiting))  # all start at once, and not each when the one before has taken its task
        busy: list[Worker] = []
        try:
            while True:
                while len(busy) < self._count:
                    task = waiting.popleft() if waiting else next(todo, None)
                    if task is None:
                        break
                    worker = self._worker()
                    busy.append(worker)
                    worker.give(task, timeout)
                if not busy:
                    return
                for worker in _ready(busy):
                    done = worker.take()
                    if done is not None:
                        yield from done
                        if worker.is_done:
                            busy.remove(worker)
                            self._idle.append(worker)
                    else:
                        busy.remove(worker)
                        failed, left = _after_death(worker, timeout)
                        yield from failed
                        waiting.extend(left)
        finally:
            for worker in busy:
                worker.end()

    def close(self) -> None:
        """End all processes."""
        while self._idle:
            self._idle.pop().end()

    def _worker(self) -> Worker:
        """Return a process that waits; one that has waited for long may be about to end."""
        while self._idle:
            worker = self._idle.pop()
            if worker.waiting < IDLE / 2:
                return worker
            worker.end()
        return Worker()


def _ready(crew: list[Worker]) -> list[Worker]:
    """Wait until workers have an answer, or their time is up, and return these."""
    first = min(worker.deadline for worker in crew)
    seconds = None if first == float("inf") else max(0.0, first - time.monotonic())
    ready = set(wait([worker.connection for worker in crew], seconds))
    now = time.monotonic()
    return [worker for worker in crew if worker.connection in ready or worker.deadline <= now]


def _after_death(worker: Worker, timeout: float | None) -> tuple[list[tuple[Job, Outcome]], list[Task]]:
    """Return the candidate that fails with its worker, if it is known, and what is tried again."""
    is_late = worker.deadline <= time.monotonic()
    left, code = worker.left, worker.end(kills=is_late)
    first, *others = left.jobs
    if is_late:
        outcome = Outcome(first.target.path, State.FAILED, reason=limits.timeout_reason(timeout or 0))
        return [(first, outcome)], [Task(tuple(others), left.shared)] if others else []
    if left.is_again:
        return [(first, _died(first, code))], []
    return [], left.alone()


def _died(job: Job, exitcode: int) -> Outcome:
    if exitcode < 0:
        number = -exitcode
        cause = f"by {signal.Signals(number).name}" if number in set(signal.Signals) else f"by signal {number}"
    else:
        cause = f"with exit code {exitcode}"
    reason = f"the worker process ended {cause} while it was migrating this file, twice"
    return Outcome(job.target.path, State.FAILED, reason=reason)
