"""The way back of a run: a patch that is on the disk before the change that it takes back."""

from __future__ import annotations

import contextlib
import os

from codemod.disk.writing import WriteError, reason


class PatchFile:
    """A patch that grows file by file; made with the first of them.

    Attributes:
        path: Where it goes.
        size: How much of it counts.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.size = 0
        self._descriptor: int | None = None

    def add(self, part: bytes) -> None:
        """Put the patch of one more file onto the disk, through all buffers.

        Raises:
            WriteError: If it cannot be written; what was there before still is.
        """
        before = self.size
        try:
            if self._descriptor is None:
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
                self._descriptor = os.open(self.path, flags, 0o666)
                _sync_folder(os.path.dirname(self.path) or ".")
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            os.fsync(self._descriptor)
        except OSError as error:
            self.shorten(before)
            raise WriteError(
                f"was not changed, because the way back {self.path} cannot be written: {reason(error)}"
            ) from error
        self.size = before + len(part)

    def shorten(self, size: int) -> None:
        """Take back what was added beyond a size, because the change was not made."""
        self.size = size
        if self._descriptor is not None:
            with contextlib.suppress(OSError):
                os.ftruncate(self._descriptor, size)
                os.lseek(self._descriptor, size, os.SEEK_SET)
                os.fsync(self._descriptor)

    def close(self) -> bool:
        """Let go of the file; one without a change is removed. Return whether it is there."""
        if self._descriptor is None:
            return False
        os.close(self._descriptor)
        self._descriptor = None
        if not self.size:
            with contextlib.suppress(OSError):
                os.unlink(self.path)
        return bool(self.size)


def _sync_folder(path: str) -> None:
    """Put a folder's list of names onto the disk, where the system can."""
    with contextlib.suppress(OSError):
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
