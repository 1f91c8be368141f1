"""The folder of ``--work``: one run at a time, and nothing in it that is not this program's."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from types import ModuleType

from codemod.disk import writing
from codemod.errors import WrongUseError
from codemod.fleet import children
from codemod.fleet.listing import ListedRepository

fcntl: ModuleType | None
try:
    import fcntl
except ImportError:  # Windows: nothing tells two runs apart there
    fcntl = None

_MARK, _LOCK, _VERSION = "mlflow-codemod-fleet.json", "lock", 1
_PATIENCE = 20.0
"""Seconds that the processes of a run that was killed may take to end: one that has only begun looks for its end when it has loaded."""


class Workplace:
    """The folder and the names in it.

    Args:
        path: The folder.
    """

    def __init__(self, path: str) -> None:
        self.path = os.path.abspath(path)
        self.page = os.path.join(self.path, "index.html")
        self.document = os.path.join(self.path, "fleet.json")
        self.history = os.path.join(self.path, "history")

    def folder(self, entry: ListedRepository) -> str:
        """Return the folder of a repository."""
        return os.path.join(self.path, "repositories", entry.folder)

    @contextlib.contextmanager
    def taken(self) -> Iterator[int | None]:
        """Make the folder, or take it up again, and keep other runs out of it.

        Yields:
            The descriptor of the lock; None where the system has none.

        Raises:
            WrongUseError: If it is another program's, cannot be written to, or is used by another run.
        """
        with self._refusals():
            os.makedirs(self.path, exist_ok=True)
            # Of two runs that begin at once, one finds what the other is just making.
            names = {*os.listdir(self.path)}
            if names and not names & {_MARK, _LOCK}:
                raise WrongUseError(self._foreign)
            stream = open(os.path.join(self.path, _LOCK), "ab")  # noqa: SIM115 - below, when nothing else can refuse
        with stream:
            if fcntl is not None:
                self._wait(fcntl, stream.fileno())
            with self._refusals():
                self._sign()
            self._clear()
            yield None if fcntl is None else stream.fileno()

    @property
    def _foreign(self) -> str:
        return f"{self.path}: is not empty and was not made by this command; name another folder"

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise WrongUseError(f"{error.filename or self.path}: cannot be used: {error.strerror}") from error

    def _sign(self) -> None:
        """Make sure that the folder is this program's, and say so in it."""
        mark = os.path.join(self.path, _MARK)
        if not os.path.exists(mark):
            if any(name != _LOCK and not writing.is_leftover(name) for name in os.listdir(self.path)):
                raise WrongUseError(self._foreign)
            children.write_text_whole(mark, json.dumps({"version": _VERSION}) + "\n")
            return
        try:
            with open(mark, "rb") as stream:
                version = json.load(stream)["version"]
        except (ValueError, KeyError, TypeError) as error:
            raise WrongUseError(f"{mark}: is damaged; name another folder") from error
        if version != _VERSION:
            raise WrongUseError(f"{self.path}: was made by another release of this program; name another folder")

    def _wait(self, lock: ModuleType, descriptor: int) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                lock.flock(descriptor, lock.LOCK_EX | lock.LOCK_NB)
            except OSError:
                if time.monotonic() > end:
                    raise WrongUseError(f"{self.path}: is used by another run; wait for its end") from None
                time.sleep(0.1)
            else:
                return

    def _clear(self) -> None:
        """Remove the temporary files that a killed run left."""
        repositories = os.path.join(self.path, "repositories")
        folders = [self.path, self.history]
        if os.path.isdir(repositories):
            folders += [os.path.join(repositories, name) for name in os.listdir(repositories)]
        for folder in folders:
            for name in os.listdir(folder) if os.path.isdir(folder) else ():
                if writing.is_leftover(name):
                    with contextlib.suppress(OSError):
                        os.unlink(os.path.join(folder, name))
