"""One file on its way to whoever works on it: what goes to a worker, and what comes back."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TypeVar

from codemod.findings import Outcome, State
from codemod.running.discovery import Input
from codemod.running.limits import TimedOutError, within
from codemod.running.limits import timeout_reason as late
from codemod.settings import Project, Settings

T = TypeVar("T")

Work = Callable[[str, bytes, Settings], T]
"""What is done with one file, by its path, its bytes and the settings for it."""
Answers = Generator[tuple["Job", T | Outcome], None, None]
"""Each file with what came of it: an outcome that says why, if the work failed."""
Migrate = Work[Outcome]
Outcomes = Answers[Outcome]

_CHUNK_FILES, _CHUNK_BYTES = 8, 1 << 20


@dataclass(frozen=True, slots=True)
class Job:
    """One candidate: bytes and settings travel to a worker, so that it needs no shared disk."""

    target: Input
    data: bytes
    settings: Settings

    def parted(self) -> Job:
        """Return it without what is known of the whole run, which travels by itself."""
        return replace(self, settings=replace(self.settings, project=None))

    def joined(self, project: Project | None) -> Job:
        """Return it with what is known of the whole run."""
        return replace(self, settings=replace(self.settings, project=project))


def do_safely(work: Work[T], job: Job, timeout: float | None = None) -> T | Outcome:
    """Do some work on one file; whatever it raises becomes the outcome of this file.

    Args:
        work: What to do.
        job: The file.
        timeout: Seconds after which it fails; None lets it take its time.
    """
    path = job.target.path
    try:
        return within(timeout, lambda: work(path, job.data, job.settings))
    except TimedOutError:
        return Outcome(path, State.FAILED, old=job.data, new=job.data, reason=late(timeout or 0))
    except RecursionError:
        return Outcome(path, State.FAILED, old=job.data, new=job.data, reason="nested too deeply to be analysed")
    except MemoryError:
        return Outcome(path, State.FAILED, old=job.data, new=job.data, reason="not enough memory to analyse it")
    except Exception as error:
        said = " ".join(str(error).split())
        reason = f"internal error, please report it: {type(error).__name__}: {said}{_origin(error)}"
        return Outcome(path, State.FAILED, old=job.data, new=job.data, reason=reason)


def _origin(error: Exception) -> str:
    """Name the line that raised, which is what a report of a bug needs most."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return ""
    return f" ({os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno})"


def without_old(answer: T | Outcome, data: bytes) -> T | Outcome:
    """Leave out the bytes that the other side has, for the way back from a worker."""
    if not isinstance(answer, Outcome):
        return answer
    return replace(answer, old=None, new=None if answer.new == data else answer.new)


def restored(outcome: Outcome, data: bytes) -> Outcome:
    """Put back what `without_old` left out."""
    return replace(outcome, old=data, new=data if outcome.new is None else outcome.new)


@dataclass(frozen=True, slots=True)
class Task:
    """What goes to a worker at a time.

    Attributes:
        jobs: Some files.
        shared: What is done with all files of a pass, and what is known of them together, pickled: the same object for as many
            tasks as there can be. It may be as large as all files.
        is_again: Whether it is one candidate whose worker died before.
    """

    jobs: tuple[Job, ...]
    shared: bytes
    is_again: bool = False

    def parted(self) -> bytes:
        """Return the candidates, pickled, without what is shared."""
        return pickle.dumps([job.parted() for job in self.jobs])

    def alone(self) -> list[Task]:
        """Return a task for each candidate, to be tried again."""
        return [Task((job,), self.shared, is_again=True) for job in self.jobs]


def tasks(jobs: Iterable[Job], work: Work[object]) -> Iterator[Task]:
    """Group candidates so that the way to a worker and back costs little beside the work."""
    project: Project | None = None
    shared = b""
    for chunk in _chunks(jobs):
        if not shared or chunk[0].settings.project is not project:
            project = chunk[0].settings.project
            shared = pickle.dumps((work, project))
        yield Task(chunk, shared)


def _chunks(jobs: Iterable[Job]) -> Iterator[tuple[Job, ...]]:
    chunk: list[Job] = []
    size = 0
    for job in jobs:
        if chunk and job.settings.project is not chunk[0].settings.project:
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(job)
        size += len(job.data)
        if len(chunk) >= _CHUNK_FILES or size >= _CHUNK_BYTES:
            yield tuple(chunk)
            chunk, size = [], 0
    if chunk:
        yield tuple(chunk)
