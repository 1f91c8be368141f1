"""Tracking servers that the processes of one test session share, and that end when the last of them has done with them."""

from __future__ import annotations

import json
import os
import re
import time
import uuid
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from filelock import FileLock, Timeout

from compat_tests.tracking import open_tracking_server

_WAIT_SECONDS = 3600.0
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where a server is and what it runs."""

    uri: str
    version: str


def unique_name(test: str) -> str:
    """Return the name of an experiment for a test: readable, and never used before."""
    return f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', test).strip('-')[-120:]}-{uuid.uuid4().hex[:8]}"


class SharedServers:
    """The servers of a session. Usable as a context manager.

    Every process holds the lock of a file of its own as long as it uses a server, so that the process that started it can wait for
    the others, and for those that were killed need not.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "mlflow-servers"
        self._started: dict[str, ExitStack] = {}
        self._used: dict[str, tuple[ServerAddress, FileLock]] = {}

    def address(self, line: str) -> ServerAddress:
        """Return the server of a line; the first process that asks starts it.

        Raises:
            StartError: It did not start.
            UvError: Its environment cannot be made.
        """
        if line in self._used:
            return self._used[line][0]
        place = self._folder / line
        place.mkdir(parents=True, exist_ok=True)
        with FileLock(place / "lock"):
            known = place / "address.json"
            if not (known.exists() and _is_held(place / "owner")):
                self._start(line, place)
            content = json.loads(known.read_text(encoding="utf-8"))
            address = ServerAddress(content["uri"], content["version"])
            mine = FileLock(place / f"user-{os.getpid()}")
            mine.acquire()
        self._used[line] = address, mine
        return address

    def _start(self, line: str, place: Path) -> None:
        stack = ExitStack()
        owner = FileLock(place / "owner")
        owner.acquire()
        stack.callback(owner.release)
        try:
            service = stack.enter_context(open_tracking_server(line, place / f"server-{os.getpid()}"))
            beside = place / "address.tmp"
            beside.write_text(json.dumps({"uri": service.uri, "version": service.version}), encoding="utf-8")
            beside.replace(place / "address.json")
        except BaseException:
            stack.close()
            raise
        self._started[line] = stack

    def __enter__(self) -> SharedServers:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop what this process started, as soon as nobody else uses it."""
        for _, mine in self._used.values():
            mine.release()
        for line, stack in self._started.items():
            place = self._folder / line
            with FileLock(place / "lock"):  # whoever comes later starts another one
                (place / "address.json").unlink(missing_ok=True)
            if kind is None or issubclass(kind, Exception):
                _wait_for_users(place)
            stack.close()


def _is_held(lock: Path) -> bool:
    try:
        with FileLock(lock, timeout=0):
            return False
    except Timeout:
        return True


def _wait_for_users(place: Path) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while any(_is_held(user) for user in place.glob("user-*")) and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
