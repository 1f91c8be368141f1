"""Work on candidates on an executor that somebody else made, such as that of a Dask cluster."""

from __future__ import annotations

import concurrent.futures
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future

from codemod.findings import Outcome, State
from codemod.running.jobs import Job, Migrate, Results, chunks, migrate_chunk


def map_on_executor(jobs: Iterator[Job], migrate: Migrate, executor: Executor) -> Results:
    """Work on candidates on an executor; whoever made it shuts it down.

    When a task fails as a whole (a worker died, a cluster gave up on it), each of its candidates is tried once more in a
    task of its own, and only one that fails again ends as failed.
    """
    todo = chunks(jobs)
    pending: dict[Future[list[Outcome]], Sequence[Job]] = {}
    suspects: list[Job] = []
    in_flight = 4 * max(1, getattr(executor, "_max_workers", None) or os.cpu_count() or 1)
    try:
        while True:
            while len(pending) < in_flight and (task := next(todo, None)) is not None:
                try:
                    pending[executor.submit(migrate_chunk, migrate, task)] = task
                except Exception:
                    suspects.extend(task)
            if not pending:
                break
            for future in concurrent.futures.wait(pending, return_when=concurrent.futures.FIRST_COMPLETED).done:
                task = pending.pop(future)
                try:
                    outcomes = future.result()
                except Exception:
                    suspects.extend(task)
                else:
                    yield from zip(task, outcomes, strict=True)
        for job in suspects:
            yield job, _alone(job, migrate, executor)
    finally:
        for future in pending:
            future.cancel()


def _alone(job: Job, migrate: Migrate, executor: Executor) -> Outcome:
    try:
        return executor.submit(migrate_chunk, migrate, [job]).result()[0]
    except Exception as error:
        said = " ".join(str(error).split())
        reason = f"the executor failed while it was migrating this file, twice ({type(error).__name__}: {said})"
        return Outcome(job.target.path, State.FAILED, reason=reason)
