"""The folder of a run: outside of the project, gone at the end, and taken away by the next run if this one was killed."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from codemod.disk.interrupts import held
from codemod.errors import WrongUseError

_PREFIX = "mlflow-verify-"


@contextlib.contextmanager
def work_folder(project: Path, work: Path | None, *, keep: bool) -> Iterator[Path]:
    """Make a folder for a run and remove it at the end.

    Args:
        project: Must not hold the folder.
        work: Where it is made; the folder for temporary files by default.
        keep: Whether it stays.

    Raises:
        WrongUseError: If the folder would lie in the project.
    """
    base = work or Path(tempfile.gettempdir()).resolve()
    if base.is_relative_to(project):
        raise WrongUseError(f"{base}: lies in the project, which is never written; name another folder by --work")
    base.mkdir(parents=True, exist_ok=True)
    remove_leftovers(base)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
    lock = FileLock(folder / ".lock")
    lock.acquire()
    try:
        yield folder
    finally:
        with held():  # a second Ctrl-C waits until the folder is gone
            lock.release()
            if not keep:
                shutil.rmtree(folder, onerror=_make_writable)
                shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(base: Path) -> None:
    """Remove the folders of runs that were killed: nobody holds their lock any more."""
    for folder in base.glob(f"{_PREFIX}*"):
        lock = folder / ".lock"
        if not lock.exists():
            continue
        try:
            with FileLock(lock, timeout=0):
                pass
        except (Timeout, OSError):
            continue
        shutil.rmtree(folder, ignore_errors=True)


def _make_writable(function: object, path: str, _error: object) -> None:
    """Remove what a command made read-only."""
    with contextlib.suppress(OSError):
        Path(path).parent.chmod(0o700)
        Path(path).unlink(missing_ok=True)
