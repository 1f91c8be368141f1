"""A limit to the time that one file may take."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

SECONDS = 60.0
"""How long a file may take unless somebody says otherwise."""


class TimedOutError(BaseException):
    """The time is up. No `Exception`, so that nothing on the way takes it for a fault of its own."""


def within(seconds: float | None, work: Callable[[], T]) -> T:
    """Do some work, but for no longer than some time.

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

    before = signal.signal(signal.SIGALRM, end)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds, 1.0)  # again and again: Python drops what a destructor raises
            return work()
        finally:
            is_armed = False
    finally:
        is_armed = False
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def reason(seconds: float) -> str:
    """Say why a file was given up."""
    return f"it took longer than {seconds:g} s, so it was given up (--timeout-per-file)"
