"""Times whole processes, one after another in turns, so that a busy moment hits all of them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # from linux/prctl.h
_LOOK = 0.03
_AS_INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}  # else a program in Python compiles itself anew each time


@dataclass(frozen=True, slots=True)
class Contender:
    """One command of a comparison.

    Attributes:
        name: What the table calls it.
        command: The command line.
        folder: Where it is started.
        accepted: Exit codes that mean that it did its work.
        prepare: Called before each repetition, outside the time.
    """

    name: str
    command: tuple[str, ...]
    folder: Path
    accepted: tuple[int, ...] = (0, 1)
    prepare: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Timing:
    """The repetitions of one command.

    Attributes:
        name: What the table calls it.
        wall: Seconds on the clock, one for each repetition.
        cpu: Seconds of CPU of the process and all that it started.
        memory: The most bytes that all its processes together held at a time, by a look every few hundredths of a second.
        load: How many processes wanted a CPU when it began, on average over a minute.
    """

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    load: list[float] = field(default_factory=list)

    @property
    def median_wall(self) -> float:
        """The median of the wall times in seconds."""
        return statistics.median(self.wall)

    @property
    def median_cpu(self) -> float:
        """The median of the CPU times in seconds."""
        return statistics.median(self.cpu)


class ContenderError(RuntimeError):
    """A command did not do its work; the message has the end of what it said."""


def race(contenders: Sequence[Contender], repetitions: int, environment: dict[str, str]) -> list[Timing]:
    """Run all commands in turns.

    Args:
        contenders: The commands.
        repetitions: How often each is run; once more at first without being counted, to warm the disk's cache.
        environment: Variables on top of the present ones.

    Returns:
        The timings, in the order of the contenders.

    Raises:
        ContenderError: If a command ends with an unexpected code.
    """
    adopt_orphans()
    timings = [Timing(contender.name) for contender in contenders]
    for turn in range(repetitions + 1):
        for contender, timing in zip(contenders, timings, strict=True):
            wall, cpu, memory = run_once(contender, environment)
            if turn:
                timing.wall.append(wall)
                timing.cpu.append(cpu)
                timing.memory.append(memory)
    return timings


def adopt_orphans() -> None:
    """Make this process the parent of workers that outlive their own, so that their CPU time counts (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            os.waitpid(-1, 0)


def run_once(contender: Contender, environment: dict[str, str]) -> tuple[float, float, int]:
    """Run a command once.

    Returns:
        Seconds on the clock, seconds of CPU, and the most bytes that its processes held together.

    Raises:
        ContenderError: If it ends with an unexpected code.
    """
    if contender.prepare is not None:
        contender.prepare()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            contender.command, cwd=contender.folder, env={**os.environ, **_AS_INSTALLED, **environment},
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
        )  # fmt: skip
        with _watched(process.pid) as peak:
            process.wait()
        wall = time.perf_counter() - start
        _reap()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if process.returncode not in contender.accepted:
            errors.seek(0)
            said = errors.read().decode(errors="replace").strip()[-800:]
            raise ContenderError(f"{contender.name}: exit {process.returncode}: {said}")
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, max(peak, default=0)


@contextlib.contextmanager
def _watched(process: int) -> Iterator[list[int]]:
    """Look every now and then how many bytes a process and its descendants hold together; those that they share count in each."""
    found: list[int] = []
    ended = threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            found.append(sum(map(_resident, _family(process))))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _family(process: int) -> list[int]:
    """Return a process and its descendants (Linux only; elsewhere itself)."""
    family = [process]
    for member in family:
        with contextlib.suppress(OSError, ValueError):
            for thread in Path(f"/proc/{member}/task").iterdir():
                family.extend(map(int, (thread / "children").read_text().split()))
    return family


def _resident(process: int) -> int:
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):  # it has ended meanwhile
        return 0
    return pages * resource.getpagesize()
