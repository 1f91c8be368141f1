"""Work on candidates on an executor that somebody else made, such as that of a Dask cluster."""

from __future__ import annotations

import concurrent.futures
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future
from itertools import chain

from codemod.findings import Outcome, State
from codemod.running.jobs import Job, Migrate, Results, chunks, migrate_chunk

_PATIENCE = 60.0
"""Seconds beyond all limits that a task may take: to reach a worker, to wait there, and to come back."""


def map_on_executor(jobs: Iterator[Job], migrate: Migrate, executor: Executor, timeout: float | None = None) -> Results:
    """Work on candidates on an executor; whoever made it shuts it down.

    When a task fails as a whole (a worker died, a cluster gave up on it), each of its candidates is tried once more in a
    task of its own, and only one that fails again ends as failed. When nothing comes back for longer than a task may take
    (the scheduler of a cluster died, for instance), all that is not done fails.

    Args:
        jobs: The candidates; read as tasks come back.
        migrate: What to do with one candidate; importable in the workers.
        executor: Where.
        timeout: Seconds that a candidate may take; None waits for ever.
    """
    todo = chunks(jobs)
    pending: dict[Future[list[Outcome]], Sequence[Job]] = {}
    suspects: list[Job] = []
    in_flight = 4 * max(1, getattr(executor, "_max_workers", None) or os.cpu_count() or 1)
    try:
        while True:
            while len(pending) < in_flight and (task := next(todo, None)) is not None:
                try:
                    pending[executor.submit(migrate_chunk, migrate, task, timeout)] = task
                except Exception:
                    suspects.extend(task)
            if not pending:
                break
            patience = None if timeout is None else _PATIENCE + timeout * max(map(len, pending.values()))
            done = concurrent.futures.wait(pending, patience, concurrent.futures.FIRST_COMPLETED).done
            if not done:
                for job in chain(*pending.values(), suspects, *todo):
                    yield job, _silent(job, patience or 0)
                return
            for future in done:
                yield from _results(future, pending.pop(future), suspects)
        yield from _one_by_one(suspects, migrate, executor, timeout)
    finally:
        for future in pending:
            future.cancel()


def _one_by_one(jobs: list[Job], migrate: Migrate, executor: Executor, timeout: float | None) -> Results:
    """Try candidates in tasks of their own, until the executor gives no answer any more."""
    is_dead = False
    for job in jobs:
        patience = None if timeout is None else _PATIENCE + timeout
        outcome = None if is_dead else _alone(job, migrate, executor, timeout, patience)
        is_dead = outcome is None
        yield job, outcome or _silent(job, patience or 0)


def _results(future: Future[list[Outcome]], task: Sequence[Job], suspects: list[Job]) -> Results:
    """Give what a task that has ended brought; the candidates of one that failed are suspects."""
    try:
        outcomes = future.result()
    except Exception:
        suspects.extend(task)
    else:
        yield from zip(task, outcomes, strict=True)


def _silent(job: Job, patience: float) -> Outcome:
    reason = f"the executor gave no answer for {patience:g} s, so what it had and what was left was given up"
    return Outcome(job.target.path, State.FAILED, reason=reason)


def _alone(
    job: Job, migrate: Migrate, executor: Executor, timeout: float | None, patience: float | None
) -> Outcome | None:
    """Try one candidate again; None when no answer comes."""
    try:
        future = executor.submit(migrate_chunk, migrate, [job], timeout)
        if not concurrent.futures.wait([future], patience).done:
            future.cancel()
            return None
        return future.result()[0]
    except Exception as error:
        said = " ".join(str(error).split())
        reason = f"the executor failed while it was migrating this file, twice ({type(error).__name__}: {said})"
        return Outcome(job.target.path, State.FAILED, reason=reason)
