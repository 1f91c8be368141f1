"""The processes that a fleet works on repositories in, as forks of one that has the program loaded, so that its start is paid for once.

Each has a session, a folder, an environment and streams of its own, and runs the code that a new interpreter would be given. What only a
start from nothing shows (what is imported, and from where) is for the tests that let interpreters start.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import IO

from codemod.fleet.children import Crew

Runs = Callable[[Callable[[], None]], None]


class _Forked:
    """What `codemod.fleet.children` asks of `subprocess.Popen`."""

    def __init__(self, stdin: IO[bytes], keeper: socket.socket) -> None:
        self.stdin = stdin
        self.returncode: int | None = None
        self._keeper = keeper
        self.pid = int(keeper.recv(64))

    def poll(self) -> int | None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        if self.returncode is None:
            if not select.select([self._keeper], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired("a fork", timeout or 0)
            self.returncode = int(self._keeper.recv(64, socket.MSG_PEEK))  # several threads may wait
        return self.returncode


def install(run: Runs) -> None:
    """Let the fleet that this process is about to work on have forks for its repositories.

    Args:
        run: Runs code and ends the process with its exit code.
    """
    channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork() == 0:  # the program has threads when it starts its processes, and what forks should have none
        channel.close()
        _serve(theirs, run)
        os._exit(0)
    theirs.close()

    def start(crew: Crew, arguments: list[str], environment: dict[str, str], errors: int) -> _Forked | None:
        with crew._mutex:
            if crew._stopped:
                return None
            source, sink = os.pipe()
            keeper, kept = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            lock = [] if crew._lock is None else [crew._lock]
            asked = json.dumps([arguments[arguments.index("-c") + 1 :], environment]).encode()
            socket.send_fds(channel, [asked], [source, errors, kept.fileno(), *lock])
            os.close(source)
            kept.close()
            process = _Forked(os.fdopen(sink, "wb", buffering=0), keeper)
            crew._running.add(process)  # type: ignore[arg-type]
            return process

    Crew._start = start  # type: ignore[assignment, method-assign]


def _serve(channel: socket.socket, run: Runs) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for keepers
    while True:
        asked, descriptors, _, _ = socket.recv_fds(channel, 1 << 20, 4)
        if not asked:
            return
        if os.fork() == 0:
            channel.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _keep(asked, descriptors, run)
            os._exit(0)
        for each in descriptors:
            os.close(each)


def _keep(asked: bytes, descriptors: list[int], run: Runs) -> None:
    """Fork, and tell how it ended; the fork itself tells its number."""
    source, errors, kept, *lock = descriptors
    pid = os.fork()
    if pid == 0:
        os.setsid()  # before anybody can know its number, and end its group
        with socket.socket(fileno=kept) as told:
            told.send(b"%d" % os.getpid())
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number, stream in enumerate((source, nowhere, errors)):
            os.dup2(stream, number)
            os.close(stream)
        run(lambda: _work(asked))
    for each in (source, errors, *lock):
        os.close(each)
    with socket.socket(fileno=kept) as told, contextlib.suppress(OSError):  # who asked may have been ended
        told.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _work(asked: bytes) -> None:
    (code, *arguments), environment = json.loads(asked)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(os.sep)
    sys.argv = ["-c", *arguments]
    exec(code, {"__name__": "__main__"})
