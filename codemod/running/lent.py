"""What runs on the machines of a cluster, in a thread of a process of Dask's."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pickle
import platform
import threading
from collections.abc import Iterator

from codemod.running.jobs import Task
from codemod.running.workers import Processes
from codemod.version import __version__

_idle: list[Processes] = []
_mutex = threading.Lock()


class ReleaseError(Exception):
    """This machine has another release of the program than the caller; the message says which."""


def work(caller: str, shared: bytes, parted: bytes, timeout: float | None) -> bytes:
    """Work on some candidates.

    Args:
        caller: What `release` says there.
        shared: See `codemod.running.jobs.Task`.
        parted: The candidates, as `Task.parted` gives them.
        timeout: Seconds that each may take.

    Returns:
        What came of them in the same order, pickled.
    """
    if caller != release():
        raise ReleaseError(release())
    jobs = pickle.loads(parted)  # noqa: S301 - whoever can submit tasks can run any code here
    with _borrowed() as processes:
        done = {id(job): answer for job, answer in processes.work(iter([Task(tuple(jobs), shared)]), timeout)}
    return pickle.dumps([done[id(job)] for job in jobs])


_RELEASE: list[str] = []


def release() -> str:
    """Return which program this is: its release, a digest of its files, and the Python that reads code with it."""
    if not _RELEASE:
        digest = hashlib.sha256()
        home = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
        for folder, folders, names in os.walk(home):
            folders.sort()
            for name in sorted(names):
                if name.endswith((".py", ".json", ".bin")):
                    with open(os.path.join(folder, name), "rb") as stream:
                        digest.update(name.encode() + stream.read())
        _RELEASE.append(
            f"{__version__} ({digest.hexdigest()[:12]}) on Python {'.'.join(platform.python_version_tuple()[:2])}"
        )
    return _RELEASE[0]


@contextlib.contextmanager
def _borrowed() -> Iterator[Processes]:
    """Take a process that waits: each thread of Dask's uses one at a time, and they stay from task to task."""
    with _mutex:
        processes = _idle.pop() if _idle else Processes(1)
    yield processes
    with _mutex:
        _idle.append(processes)
