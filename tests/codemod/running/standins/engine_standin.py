"""Stand-ins for the engine that workers can import; each does one thing that the real engine must never do."""

from __future__ import annotations

import os
import signal
import time

from codemod.findings import Outcome, State
from codemod.settings import Settings


def upper(path: str, data: bytes, settings: Settings) -> Outcome:
    """Change every byte that can be changed."""
    new = data.upper()
    return Outcome(path, State.CHANGED if new != data else State.UNCHANGED, old=data, new=new)


def slow_upper(path: str, data: bytes, settings: Settings) -> Outcome:
    time.sleep(0.05)
    return upper(path, data, settings)


def named_settings(path: str, data: bytes, settings: Settings) -> Outcome:
    """Tell in the outcome which codes were ignored."""
    return Outcome(path, State.SKIPPED, old=data, new=data, reason=",".join(settings.ignore))


def dies_of_poison(path: str, data: bytes, settings: Settings) -> Outcome:
    """Kill the worker, as a stack overflow in native code does."""
    if b"poison" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return upper(path, data, settings)


def raises(path: str, data: bytes, settings: Settings) -> Outcome:
    """Raise what the data names."""
    if b"recursion" in data:
        raise RecursionError
    if b"memory" in data:
        raise MemoryError
    if b"bug" in data:
        raise KeyError("a bug\nin two lines")
    return upper(path, data, settings)


def process_id(path: str, data: bytes, settings: Settings) -> Outcome:
    time.sleep(0.01)
    return Outcome(path, State.SKIPPED, old=data, new=data, reason=str(os.getpid()))
