"""Asks the bytes of many files something in other processes: of a large tree, most files are read only to see that they do not matter."""

from __future__ import annotations

import functools
import pickle
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeVar

from codemod.disk.reading import read_regular
from codemod.findings import Outcome
from codemod.running.discovery import Input
from codemod.running.jobs import Answers, Job, Task
from codemod.settings import Settings

T = TypeVar("T")

Question = Callable[[str, bytes], T]
"""What is asked of a file, by its path and its bytes; it travels to the processes, and what it says comes back."""

MANY = 4000
"""Of so many files, two processes are started and done before one has read them all."""
FEW = 400
"""Of so many files, it pays to ask processes that have been started."""
_AT_A_TIME = 200


def batches(targets: Sequence[Input], question: Question[object]) -> Iterator[Task]:
    """Put files together for processes of this machine: they read them by themselves, so that only names and answers travel."""
    shared = pickle.dumps((functools.partial(_answers, question=question), None))
    for first in range(0, len(targets), _AT_A_TIME):
        files = [(target.path, target.real) for target in targets[first : first + _AT_A_TIME]]
        yield Task((Job(targets[first], pickle.dumps(files), Settings()),), shared)


def gathered(answers: Answers[Mapping[str, T]]) -> dict[str, T]:
    """Return what the processes said, by path: nothing of a batch with which one of them ended."""
    found: dict[str, T] = {}
    for _, answer in answers:
        if not isinstance(answer, Outcome):
            found.update(answer)
    return found


def _answers(_path: str, data: bytes, _settings: Settings, *, question: Question[T]) -> dict[str, T]:
    """Return what the files of a batch say, without those that cannot be read: whoever asked reads them, and says why."""
    found: dict[str, T] = {}
    for path, real in pickle.loads(data):  # noqa: S301 - the parent wrote it
        try:
            found[path] = question(path, read_regular(real))
        except (OSError, MemoryError):
            continue
    return found
