"""Replaces files so that each is old or new at every moment, and never half of both."""

from __future__ import annotations

import contextlib
import os
import re
import stat
import tempfile

from codemod.disk.interrupts import held

_PREFIX, _SUFFIX = ".mlflow-codemod-", ".tmp"
_NAME = re.compile(rf"{re.escape(_PREFIX)}(\d+)-\w+{re.escape(_SUFFIX)}")


class WriteError(Exception):
    """A file that was not written and is as it was; the message says why, in one line."""


def replace(path: str, old: bytes, new: bytes) -> tuple[str, ...]:
    """Put new bytes in the place of a file that still holds the old ones.

    The bytes go to a temporary file in the same folder, which then takes the file's name in one step. Mode, owner and
    extended attributes are kept as far as the process may set them; the time of change is new.

    Args:
        path: A regular file, no symbolic link.
        old: What the file held when it was read.
        new: What it shall hold.

    Returns:
        What a person may want to know of it, one line each: other names that keep the old text, another owner.

    Raises:
        WriteError: If the file has changed, has gone, or may not be written.
    """
    with held():
        try:
            status = os.stat(path)
            if not os.access(path, os.W_OK):
                raise WriteError("cannot be written: the file is read-only")
            temporary = _temporary(path, new, status)
        except FileNotFoundError as error:
            raise WriteError("vanished while it was being migrated") from error
        except OSError as error:
            raise WriteError(f"cannot be written: {reason(error)}") from error
        try:
            with open(path, "rb") as stream:
                if stream.read() != old:
                    raise WriteError("changed while it was being migrated; run again")
            notes = _notes(temporary, status)
            os.replace(temporary, path)
        except BaseException as error:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
            if isinstance(error, FileNotFoundError):
                raise WriteError("vanished while it was being migrated") from error
            if isinstance(error, OSError):
                raise WriteError(f"cannot be written: {reason(error)}") from error
            raise
        return notes


def _notes(temporary: str, status: os.stat_result) -> tuple[str, ...]:
    notes = []
    if status.st_nlink > 1:
        others = "1 other name" if status.st_nlink == 2 else f"{status.st_nlink - 1} other names"
        notes.append(f"the file has {others} (hard links), which keep the old text")
    own = os.stat(temporary)
    if own.st_uid != status.st_uid:
        notes.append(f"the file belonged to user {status.st_uid}, and belongs to user {own.st_uid} now")
    if own.st_gid != status.st_gid:
        notes.append(f"the file belonged to group {status.st_gid}, and belongs to group {own.st_gid} now")
    return tuple(notes)


def write_new(path: str, data: bytes) -> None:
    """Write a file that no run has read, such as a patch: complete or not at all.

    A symbolic link stays one, and so do a device and a pipe, which get the data.

    Raises:
        WriteError: If it cannot be written.
    """
    try:
        status = _status(path)
        if status is None or stat.S_ISREG(status.st_mode):
            with held():
                _replace(path, data, status)
            return
        with open(path, "wb") as stream:  # a pipe that nobody reads: a signal must end the wait
            stream.write(data)
    except OSError as error:
        raise WriteError(f"cannot be written: {reason(error)}") from error


def _replace(path: str, data: bytes, status: os.stat_result | None) -> None:
    real = os.path.realpath(path)
    temporary = _temporary(real, data, status)
    try:
        os.replace(temporary, real)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def check_new(path: str) -> None:
    """Find out before anything else is done whether `write_new` can write there.

    Raises:
        WriteError: If it cannot.
    """
    try:
        status = _status(path)
    except OSError as error:
        raise WriteError(f"cannot be written: {reason(error)}") from error
    if status is not None and stat.S_ISDIR(status.st_mode):
        raise WriteError("cannot be written: it is a folder")
    if status is not None and not stat.S_ISREG(status.st_mode):
        return
    folder = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(folder) or not os.access(folder, os.W_OK | os.X_OK):
        raise WriteError(
            f"cannot be written: {os.path.dirname(path) or '.'} is not a folder that this user may write to"
        )


def _status(path: str) -> os.stat_result | None:
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None


def is_leftover(name: str) -> bool:
    """Return whether a file has the name of a temporary file of this program whose process has ended.

    A process that is killed between two system calls leaves such a file beside one that is still old.
    """
    match = _NAME.fullmatch(name)
    if match is None or os.name == "nt":  # Windows has no signal that only asks
        return False
    try:
        os.kill(int(match[1]), 0)
    except (ProcessLookupError, OverflowError):
        return True
    except OSError:
        pass
    return False


def reason(error: OSError) -> str:
    """Say what the operating system refused, without the path, which reports show anyway."""
    return error.strerror or str(error) or type(error).__name__


def _temporary(path: str, data: bytes, status: os.stat_result | None) -> str:
    """Write bytes to a new file beside ``path``, with the mode and owner of ``status`` or of any new file."""
    folder = os.path.dirname(path) or "."
    descriptor, temporary = tempfile.mkstemp(prefix=f"{_PREFIX}{os.getpid()}-", suffix=_SUFFIX, dir=folder)
    try:
        with open(descriptor, "wb") as stream:
            stream.write(data)
        if status is None:
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(temporary, 0o666 & ~mask)
        else:
            _copy_attributes(path, temporary, status)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
    return temporary


def _copy_attributes(path: str, temporary: str, status: os.stat_result) -> None:
    own = os.stat(temporary)
    if hasattr(os, "chown") and (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid):
        with contextlib.suppress(OSError):
            os.chown(temporary, -1, status.st_gid)
        with contextlib.suppress(OSError):
            os.chown(temporary, status.st_uid, -1)
    if hasattr(os, "listxattr"):
        with contextlib.suppress(OSError):
            for name in os.listxattr(path):
                with contextlib.suppress(OSError):
                    os.setxattr(temporary, name, os.getxattr(path, name))
    os.chmod(temporary, stat.S_IMODE(status.st_mode))  # last: a change of owner clears bits
