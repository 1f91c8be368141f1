"""Where the candidates of a run are worked on: on this machine, or on others."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING, Protocol

from codemod.running import scanning
from codemod.running.discovery import Input
from codemod.running.executors import address_of
from codemod.running.jobs import Answers, Job, T, Work, do_safely

if TYPE_CHECKING:
    from codemod.running.workers import Processes

FEW = 64
"""Up to so many candidates are done in this process: processes cost as much to start as they cost together."""


class Pool(Protocol):
    """A place where many files are worked on."""

    def expect(self, files: int) -> None:
        """Get ready for so many files, while others are still being looked for."""
        ...

    def results(self, jobs: Iterator[Job], work: Work[T], timeout: float | None) -> Answers[T]:
        """Give what comes of each file, as they end.

        Args:
            jobs: The files; read as there is room for them, so that memory holds few at a time.
            work: What to do with one file; importable elsewhere.
            timeout: Seconds that a file may take; None lets it take its time.

        Raises:
            PoolError: If nobody can work any more. What has been given stands.
        """
        ...

    def asked(self, targets: Sequence[Input], question: scanning.Question[T], /) -> dict[str, T]:
        """Return what files say, by their paths, where asking them elsewhere is faster than here.

        A file that nobody could read, or was asked for, is left out: whoever asks does the rest.
        """
        ...

    def close(self) -> None:
        """Let go of what works."""
        ...


class LocalPool:
    """This machine: few candidates are done in this process, more in others."""

    def __init__(self, count: int, few: int = FEW) -> None:
        """Take the number of processes, one is this one, and up to how many candidates are few."""
        self._count = count if _can_start() else 1
        self._few = few
        self._processes: Processes | None = None

    def expect(self, files: int) -> None:
        """See `Pool`."""
        if self._count > 1 and files > self._few:
            self._several().start(files)

    def results(self, jobs: Iterator[Job], work: Work[T], timeout: float | None) -> Answers[T]:
        """See `Pool`."""
        # Where processes have been started, they do the little that is left, too: there, a file that ends its process ends no run.
        few = self._few if self._processes is None else 0
        first = list(islice(jobs, few + 1)) if self._count > 1 else []
        jobs = chain(first, jobs)
        if len(first) <= few:
            return ((job, do_safely(work, job, timeout)) for job in jobs)
        return self._several().results(jobs, work, timeout)

    def asked(self, targets: Sequence[Input], question: scanning.Question[T], /) -> dict[str, T]:
        """See `Pool`."""
        if self._count == 1 or len(targets) < (scanning.MANY if self._processes is None else scanning.FEW):
            return {}
        with closing(self._several().work(scanning.batches(targets, question), None)) as answers:
            return scanning.gathered(answers)

    def _several(self) -> Processes:
        from codemod.running.workers import Processes

        self._processes = self._processes or Processes(self._count)
        return self._processes

    def close(self) -> None:
        """End the processes."""
        if self._processes is not None:
            self._processes.close()


def _can_start() -> bool:
    """Return whether processes can be started here: by sockets that they inherit, which Windows does not know."""
    return os.name == "posix" and bool(sys.executable)


@contextlib.contextmanager
def opened(executor: str | None) -> Iterator[Pool | None]:
    """Reach what ``--executor`` names, and let go of it afterwards; None for this machine.

    Raises:
        WrongUseError: If it is no address, or what it needs is not installed.
        PoolError: If nobody answers there.
    """
    if executor is None:
        yield None
        return
    from codemod.running.cluster import Cluster

    with contextlib.closing(Cluster(address_of(executor))) as cluster:
        yield cluster
