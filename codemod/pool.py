"""Work on candidates in other processes or on other machines, and survive the ones that die."""

from __future__ import annotations

import concurrent.futures
import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from itertools import chain

from codemod.findings import Outcome, State
from codemod.runner import Job, Migrate, Results, chunks, migrate_safely, without_old

_IN_FLIGHT_PER_WORKER = 2


def map_in_processes(first: Sequence[Job], rest: Iterator[Job], migrate: Migrate, workers: int) -> Results:
    """Work on candidates in a pool of processes of our own.

    When a worker dies, the candidates that were under way are suspects: each is tried once more in a process of its
    own, and only one that kills that as well ends as failed.

    Args:
        first: Candidates that were read already.
        rest: The others; read as workers get free, so that memory holds few at a time.
        migrate: What to do with one candidate; importable in a new process.
        workers: How many processes.
    """
    todo = chunks(chain(first, rest))
    suspects: list[Job] = []
    more = True
    while more:
        with _processes(workers) as executor:
            more = yield from _mapped(todo, migrate, executor, suspects, workers * _IN_FLIGHT_PER_WORKER)
        yield from _tried_alone(suspects, migrate, lambda: _processes(1))
        suspects.clear()


def map_jobs(jobs: Iterable[Job], migrate: Migrate, executor: Executor) -> Results:
    """Work on candidates on an executor that somebody else made and will shut down."""
    todo = chunks(jobs)
    suspects: list[Job] = []
    more = True
    while more:
        more = yield from _mapped(todo, migrate, executor, suspects, 4 * max(1, os.cpu_count() or 1))
        yield from _tried_alone(suspects, migrate, lambda: contextlib.nullcontext(executor))
        suspects.clear()


def _mapped(
    todo: Iterator[Sequence[Job]], migrate: Migrate, executor: Executor, suspects: list[Job], in_flight: int
) -> Generator[tuple[Job, Outcome], None, bool]:
    """Work on chunks until none is left, or until one could not be worked on.

    Returns:
        Whether chunks may be left in ``todo``.
    """
    pending: dict[Future[list[Outcome]], Sequence[Job]] = {}
    broken = False
    try:
        while True:
            while not broken and len(pending) < in_flight and (chunk := next(todo, None)) is not None:
                try:
                    pending[executor.submit(migrate_chunk, migrate, chunk)] = chunk
                except RuntimeError:  # the pool broke since
                    broken = True
                    suspects.extend(chunk)
            if not pending:
                return broken
            done, _ = concurrent.futures.wait(pending, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                chunk = pending.pop(future)
                try:
                    outcomes = future.result()
                except Exception:
                    broken = True
                    suspects.extend(chunk)
                else:
                    yield from zip(chunk, outcomes, strict=True)
    finally:
        for future in pending:
            future.cancel()


def _tried_alone(
    suspects: Sequence[Job], migrate: Migrate, executor: Callable[[], contextlib.AbstractContextManager[Executor]]
) -> Results:
    for job in suspects:
        try:
            with executor() as alone:
                (outcome,) = alone.submit(migrate_chunk, migrate, [job]).result()
        except Exception as error:
            detail = f" ({type(error).__name__}: {' '.join(str(error).split())})"
            reason = f"the worker ended while it was migrating this file{detail}"
            outcome = Outcome(job.target.path, State.FAILED, reason=reason)
        yield job, outcome


def migrate_chunk(migrate: Migrate, jobs: Sequence[Job]) -> list[Outcome]:
    """Work on some candidates; runs in a worker."""
    return [without_old(migrate_safely(migrate, job), job.data) for job in jobs]


@contextlib.contextmanager
def _processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give a pool whose processes are gone at the end of the block, however it ends."""
    methods = multiprocessing.get_all_start_methods()
    # Not fork: a copy of a process with threads (a progress bar, Dask) may deadlock.
    context = multiprocessing.get_context("forkserver" if "forkserver" in methods else "spawn")
    context.set_forkserver_preload(["__main__", "codemod.engine"])  # once, not in every worker
    before = set(multiprocessing.active_children())
    executor = ProcessPoolExecutor(workers, mp_context=context, initializer=_start_worker)
    try:
        yield executor
        executor.shutdown(wait=True)
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        for process in set(multiprocessing.active_children()) - before:
            process.terminate()
        raise


def _start_worker() -> None:
    """Leave Ctrl-C to the parent, and end with it even when it is killed."""
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    from multiprocessing.connection import wait

    wait([sentinel])
    os._exit(1)
