"""Three pools behind one function: ours, and two libraries with what it takes to go on when they break."""

from __future__ import annotations

import concurrent.futures
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from benchmarks.faults.engine import perform
from codemod.findings import Outcome, State
from codemod.running import limits
from codemod.running.jobs import Job, do_safely
from codemod.running.workers import Processes

GRACE = 5.0
_CHUNK = 8


def ours(jobs: list[Job], workers: int, timeout: float) -> Iterator[Outcome]:
    """Use `codemod.running.workers`."""
    with closing(Processes(workers)) as processes:
        for _, outcome in processes.results(iter(jobs), perform, timeout):
            yield outcome


def standard(jobs: list[Job], workers: int, timeout: float) -> Iterator[Outcome]:
    """Use `concurrent.futures.ProcessPoolExecutor`; a pool that broke gives way to a new one."""

    def make() -> Executor:
        return concurrent.futures.ProcessPoolExecutor(workers, initializer=limits.leave_memory)

    def kill(pool: Executor) -> None:
        for process in list(
            (getattr(pool, "_processes", None) or {}).values()
        ):  # nothing public ends a worker before 3.14
            process.kill()
            process.join()
        pool.shutdown(wait=False, cancel_futures=True)

    yield from _recycled(jobs, workers, timeout, make, kill)


def loky(jobs: list[Job], workers: int, timeout: float) -> Iterator[Outcome]:
    """Use loky's executor; one that broke gives way to a new one."""
    from loky import ProcessPoolExecutor

    def make() -> Executor:
        pool: Executor = ProcessPoolExecutor(workers, initializer=limits.leave_memory)
        return pool

    def kill(pool: Any) -> None:
        pool.shutdown(kill_workers=True)

    yield from _recycled(jobs, workers, timeout, make, kill)


def work(jobs: list[Job], timeout: float) -> list[Outcome]:
    """Work on some files; runs in a worker."""
    return [do_safely(perform, job, timeout) for job in jobs]


def _recycled(
    jobs: list[Job], workers: int, timeout: float, make: Callable[[], Executor], kill: Callable[[Any], None]
) -> Iterator[Outcome]:
    """Give what becomes of all files.

    When a worker dies, all that is pending fails, and nothing says which task did it. So little is pending at a time, and all of it is
    tried again file by file, one at a time; the file during which the pool breaks again is the one.
    """
    todo = iter([jobs[start : start + _CHUNK] for start in range(0, len(jobs), _CHUNK)])
    pool = make()
    pending: dict[Future[list[Outcome]], list[Job]] = {}
    suspects: deque[Job] = deque()
    try:
        while True:
            while suspects:
                outcome = _alone(pool, suspects.popleft(), timeout)
                yield outcome
                if outcome.state is State.FAILED and "pool" in outcome.reason:
                    kill(pool)
                    pool = make()
            for chunk in islice(todo, 2 * workers - len(pending)):
                pending[pool.submit(work, chunk, timeout)] = chunk
            if not pending:
                return
            done = concurrent.futures.wait(pending, timeout * _CHUNK + GRACE, concurrent.futures.FIRST_COMPLETED).done
            broken = not done
            for future in done:
                try:
                    outcomes = future.result()
                except Exception:
                    broken = True
                else:
                    del pending[future]
                    yield from outcomes
            if broken:
                suspects.extend(job for chunk in pending.values() for job in chunk)
                pending.clear()
                kill(pool)
                pool = make()
    finally:
        with suppress(Exception):
            kill(pool)


def _alone(pool: Executor, job: Job, timeout: float) -> Outcome:
    try:
        return pool.submit(work, [job], timeout).result(timeout + GRACE)[0]
    except (TimeoutError, concurrent.futures.TimeoutError):
        return Outcome(job.target.path, State.FAILED, reason="it took too long, so its pool was given up")
    except Exception as error:
        return Outcome(job.target.path, State.FAILED, reason=f"the pool broke ({type(error).__name__})")
