"""Questions about the bytes of files that workers can import."""

from __future__ import annotations

import os
import signal


def process_and_bytes(_path: str, data: bytes) -> tuple[int, bytes]:
    """Tell who was asked, and about what."""
    return os.getpid(), data


def dies_of_11(path: str, data: bytes) -> tuple[int, bytes]:
    """Kill the process at one file."""
    if b"11" in data:
        os.kill(os.getpid(), signal.SIGKILL)
    return process_and_bytes(path, data)


def raises_at_11(path: str, data: bytes) -> tuple[int, bytes]:
    """Fail at one file."""
    if b"11" in data:
        raise KeyError(path)
    return process_and_bytes(path, data)
