"""Limits to the time and the memory that one file may take."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

# Where Linux says how much memory a container may use.
_CONTAINER = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
_PART = 0.75

SECONDS = 60.0
"""How long a file may take unless somebody says otherwise: seconds in which the process computes."""

BY_THE_CLOCK = 10
"""How many times its limit a file may take by the clock. A machine that does much else makes no file slower to compute, and what is found
must not depend on that; what waits without end is ended all the same."""


class TimedOutError(BaseException):
    """The time is up. No `Exception`, so that nothing on the way takes it for a fault of its own."""


def within(seconds: float | None, work: Callable[[], T]) -> T:
    """Do some work, but for no longer than some time in which this process computes.

    A signal ends the work, so the limit holds in the main thread of a process, and where the system has the signal; and code
    that is not Python is let finish its step. `codemod.running.workers` ends the whole process where that is not enough.

    Raises:
        TimedOutError: If the time was up.
    """
    if seconds is None or not hasattr(signal, "SIGALRM") or threading.current_thread() is not threading.main_thread():
        return work()
    is_armed = True

    def end(_number: int, _frame: FrameType | None) -> None:
        if is_armed:
            raise TimedOutError

    timers = (
        (signal.SIGPROF, signal.ITIMER_PROF, seconds),
        (signal.SIGALRM, signal.ITIMER_REAL, seconds * BY_THE_CLOCK),
    )
    before = [signal.signal(number, end) for number, _, _ in timers]
    try:
        try:
            for _, timer, limit in timers:
                signal.setitimer(timer, limit, 1.0)  # again and again: Python drops what a destructor raises
            return work()
        finally:
            is_armed = False
    finally:
        is_armed = False
        for (number, timer, _), handler in zip(timers, before, strict=True):
            signal.setitimer(timer, 0)
            signal.signal(number, handler)


def computed(process: int) -> float | None:
    """Return how many seconds another process has computed; None where that cannot be told.

    On Linux a process is a clock, too: the number of that clock is what the C library's ``clock_getcpuclockid`` returns.
    """
    if sys.platform != "linux":
        return None
    try:
        return time.clock_gettime((~process << 3) | 2)
    except OSError:  # it has ended
        return None


def timeout_reason(seconds: float) -> str:
    """Say why a file was given up."""
    return f"it took longer than {seconds:g} s, so it was given up (--timeout-per-file)"


def leave_memory() -> None:
    """Let this process run out of memory before the machine does, and be the one that the system ends if it comes to that.

    Python raises `MemoryError` then, which costs the file and nothing else.
    """
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as stream:
        stream.write("500")
    with contextlib.suppress(ImportError, OSError, ValueError):  # Windows has no `resource`; a lower limit stays
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_DATA)
        most = int(_memory() * _PART)
        resource.setrlimit(resource.RLIMIT_DATA, (most if soft == resource.RLIM_INFINITY else min(most, soft), hard))


def _memory() -> int:
    """Return how many bytes of memory there are for all processes."""
    found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    for path in _CONTAINER:
        with contextlib.suppress(OSError, ValueError), open(path, encoding="ascii") as stream:
            found.append(int(stream.read()))
    return min(found)
