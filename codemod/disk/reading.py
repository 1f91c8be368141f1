"""Reads files of which nobody knows what they are."""

from __future__ import annotations

import os
import stat

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def read_regular(path: str) -> bytes:
    """Return what a regular file holds.

    A pipe would wait for somebody who writes to it, and a device may never end.

    Raises:
        OSError: If it cannot be read, or is no regular file.
        MemoryError: If there is not enough memory for it.
    """
    # No buffering, because the file is taken whole.
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "it is not a regular file")
        parts = []
        size = max(status.st_size + 1, 65536)
        while part := os.read(descriptor, size):  # Linux gives 2 GiB at a time, whatever was asked for
            parts.append(part)
        return b"".join(parts)
    finally:
        os.close(descriptor)
