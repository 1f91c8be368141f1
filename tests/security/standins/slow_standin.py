"""Stand-ins for the engine that never end, or late; workers must be able to import them."""

from __future__ import annotations

import signal
import time

from codemod.findings import Outcome, State
from codemod.settings import Settings


def sleepy(path: str, data: bytes, settings: Settings) -> Outcome:
    while b"sleep" in data:
        pass
    return Outcome(path, State.UNCHANGED, old=data, new=data)


def deaf(path: str, data: bytes, settings: Settings) -> Outcome:
    """Hear no signal, as a library that is not Python does not."""
    if b"sleep" in data:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(600)
    return Outcome(path, State.UNCHANGED, old=data, new=data)


def held_up(path: str, data: bytes, settings: Settings) -> Outcome:
    """Compute little and take long, as on a machine that does much else."""
    end = time.monotonic() + 1.5
    while b"sleep" in data and time.monotonic() < end:
        computed = time.process_time() + 0.005
        while time.process_time() < computed:
            pass
        time.sleep(0.1)
    return Outcome(path, State.UNCHANGED, old=data, new=data)
