"""Processes for repositories that are forks of one that has the program loaded: `codemod.fleet.nest`, seen from the run.

A process of its own for each repository costs half a second of computing before it looks at the first file, which is more than many
repositories take. A fork has all of that. What forks must have no threads, as this run has: so it is a process that does nothing else.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence

# Sockets that keep the borders of messages, and descriptors that travel by them; on macOS, a fork that goes on without a new program is not safe.
CAN_FORK = sys.platform == "linux"
_NUMBER = 64


class Forked:
    """What `codemod.fleet.children` asks of `subprocess.Popen`."""

    def __init__(self, keeper: socket.socket, stdin: int, stdout: int) -> None:
        """Take our ends of the socket by which the nest tells of it, and of its standard streams."""
        self.pid = 0
        self.returncode: int | None = None
        self.stdin = os.fdopen(stdin, "wb", buffering=0)
        self.stdout = os.fdopen(stdout, "rb", buffering=0)
        self._keeper = keeper

    def has_begun(self) -> bool:
        """Wait until it works, and return whether it does; else the nest has ended."""
        self.pid = int(self._heard() or b"0")
        return self.pid > 0

    def poll(self) -> int | None:
        """Return its exit code, or None as long as it works."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code when it has ended.

        Raises:
            subprocess.TimeoutExpired: If it has not.
        """
        if self.returncode is None:
            if not select.select([self._keeper], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a fork", timeout or 0)
            # Several threads may wait. Without an answer the nest has been ended, and whoever did that ends its forks.
            self.returncode = int(self._heard(socket.MSG_PEEK) or -signal.SIGKILL)
        return self.returncode

    def close(self) -> None:
        """Let go of it: until then its number is no other process'."""
        self._keeper.close()

    def drop(self) -> None:
        """Let go of one that has never begun."""
        for each in (self.stdin, self.stdout, self._keeper):
            each.close()

    def _heard(self, flags: int = 0) -> bytes:
        try:
            return self._keeper.recv(_NUMBER, flags)
        except ConnectionError:
            return b""


class Nest:
    """The process that forks; it ends when this one does."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], lock: int | None) -> None:
        """Start it.

        Args:
            command: What runs it.
            environment: Its environment, which is that of its forks.
            lock: The descriptor of the lock that they hold; None for none.
        """
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = start_nest(command, environment, theirs, lock)

    def fork(self, errors: int) -> Forked | None:
        """Ask for a fork whose standard error is a descriptor; None if the nest has ended."""
        keeper, kept = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        given, source = os.pipe()
        sink, answer = os.pipe()
        try:
            socket.send_fds(self._channel, [b"fork"], [given, answer, errors, kept.fileno()])
        except OSError:
            for each in (source, sink):
                os.close(each)
            keeper.close()
            return None
        finally:
            for each in (given, answer):
                os.close(each)
            kept.close()
        return Forked(keeper, source, sink)

    def end(self) -> None:
        """End it; its forks must have been ended."""
        self._channel.close()
        self._process.kill()
        self._process.wait()


def start_nest(
    command: Sequence[str], environment: Mapping[str, str], channel: socket.socket, lock: int | None
) -> subprocess.Popen[bytes]:
    """Start the nest's process, with its end of the channel as standard input."""
    return subprocess.Popen(
        command, env=environment, cwd=os.path.abspath(os.sep), stdin=channel.fileno(), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL, start_new_session=True, pass_fds=() if lock is None else (lock,),
    )  # fmt: skip
