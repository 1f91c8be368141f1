"""A stand-in for the engine that does what the file says; workers import it."""

from __future__ import annotations

import os
import signal
import time

from codemod.findings import Outcome, State
from codemod.settings import Settings

WORK = 0.01
"""Seconds of CPU that a file without faults takes."""


def perform(path: str, data: bytes, settings: Settings) -> Outcome:  # noqa: ARG001 - it stands for the engine
    """Work for a moment, or die, hang or eat memory."""
    if data == b"dies":
        os.kill(os.getpid(), signal.SIGKILL)
    while data == b"loops":
        pass
    if data == b"deaf":  # as a library does that is not Python
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
        time.sleep(3600)
    taken = []
    while data == b"eats":
        taken.append(bytearray(20_000_000))
    end = time.process_time() + WORK
    while time.process_time() < end:
        pass
    return Outcome(path, State.UNCHANGED, old=data, new=data)
