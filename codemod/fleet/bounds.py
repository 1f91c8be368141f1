"""How much of the disk one repository may take, so that none takes what the others need.

A pack of a few kilobytes can hold ten thousand million files, or a file of any size: each folder of it is ten times the same folder, each
file is zeros.
"""

from __future__ import annotations

import contextlib
import re
import shutil
from collections.abc import Iterator
from typing import IO

FILES = 1_000_000
"""The largest repositories that people work in have half as many."""
_PART = 0.5
_CHUNK = 1 << 20
_SIZE = re.compile(rb"[0-7]+ blob [0-9a-f]+ +([0-9]+)\t")


def room(folder: str) -> int:
    """Return how many bytes a repository may take on the disk of a folder: half of what is free."""
    return int(shutil.disk_usage(folder).free * _PART)


def amount(size: int) -> str:
    """Return how many bytes there are, as people say it."""
    return f"{size >> 20:,} MiB" if size >= 1 << 20 else f"{size >> 10} KiB"


def excess(entries: IO[bytes], room: int) -> str:
    """Say why a tree is not checked out.

    Args:
        entries: What ``git ls-tree -r -l -z`` says of it; read as far as it takes to know.
        room: How many bytes it may take.

    Returns:
        One line; "" when nothing speaks against it.
    """
    files, size, rest = 0, 0, b""
    while data := entries.read(_CHUNK):
        *whole, rest = (rest + data).split(b"\0")
        files += len(whole)
        size += sum(int(found[1]) for found in map(_SIZE.match, whole) if found is not None)
        if files > FILES:
            return f"it has more than {FILES:,} files, and so many are not checked out"
        if size > room:
            return f"its files take more than {amount(room)}, half of what is free on this disk"
    return ""


@contextlib.contextmanager
def no_larger_files(size: int) -> Iterator[None]:
    """Let this process and what it starts write no file that is larger, where the system has such a limit."""
    try:
        import resource
    except ImportError:  # Windows
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    lower = size if soft == resource.RLIM_INFINITY else min(size, soft)
    resource.setrlimit(resource.RLIMIT_FSIZE, (lower, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
