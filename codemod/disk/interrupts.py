"""Ends a run on Ctrl-C, SIGTERM or SIGHUP between two files, never while one is being replaced."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

_NAMES = ("SIGINT", "SIGTERM", "SIGHUP")
_depth = 0
_pending: int | None = None


class Interrupted(BaseException):
    """The person or the system asked the run to end.

    Attributes:
        signal: The number of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.signal = number

    @property
    def exit_code(self) -> int:
        """What a shell expects of a program that the signal ended: 130 for Ctrl-C, 143 for SIGTERM."""
        return 128 + self.signal


def install() -> None:
    """Turn the signals that ask a program to end into `Interrupted`; those that are ignored stay so (``nohup``)."""
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _handle)


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Keep `Interrupted` back until the end of the block, so that the block is done wholly or not at all."""
    global _depth
    _depth += 1
    try:
        yield
    finally:
        _depth -= 1
        _raise_pending()


def hold() -> None:
    """Keep `Interrupted` back from now on: what is left to be done is to tell what was done."""
    global _depth
    _depth += 1


def ignore() -> None:
    """Let signals that ask the program to end do nothing from now on: it ends already, and its exit code stands.

    The interpreter would take its handlers away before it ends, so that a late Ctrl-C would end it by the signal itself.
    """
    for name in _NAMES:
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) == _handle:
            signal.signal(number, signal.SIG_IGN)


def _handle(number: int, _frame: FrameType | None) -> None:
    global _pending
    _pending = number
    if _depth == 0:
        _raise_pending()


def _raise_pending() -> None:
    global _pending
    if _depth == 0 and _pending is not None:
        number, _pending = _pending, None
        raise Interrupted(number)
