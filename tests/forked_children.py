"""The process that a fleet's forks come from, as a fork itself of one that has the program loaded, so that its start is paid for once."""

from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence

from codemod.fleet import forks, nest

Runs = Callable[[Callable[[], None]], None]


class _Nest:
    """What `codemod.fleet.forks` asks of the process."""

    def __init__(self, pid: int) -> None:
        self._pid = pid

    def kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)

    def wait(self) -> None:
        os.waitpid(self._pid, 0)


def install(run: Runs) -> None:
    """Let the fleet that this process is about to work on have such a process for its forks.

    Args:
        run: Runs code and ends the process with its exit code.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    pid = os.fork()  # now: the program has threads when it starts its processes, and what forks should have none
    if pid == 0:
        ours.close()
        _wait(theirs, run)
        os._exit(0)
    theirs.close()

    def start_nest(
        _command: Sequence[str], environment: Mapping[str, str], channel: socket.socket, lock: int | None
    ) -> _Nest:
        asked = json.dumps(dict(environment)).encode()
        socket.send_fds(ours, [asked], [channel.fileno(), *([] if lock is None else [lock])])
        return _Nest(pid)

    forks.start_nest = start_nest  # type: ignore[assignment]


def _wait(place: socket.socket, run: Runs) -> None:
    asked, descriptors, _, _ = socket.recv_fds(place, 1 << 20, 2)
    if not asked:
        return  # the program has ended without any
    os.setsid()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(nowhere, number)
    os.environ.clear()
    os.environ.update(json.loads(asked))
    os.chdir(os.sep)
    run(lambda: nest.serve(socket.socket(fileno=descriptors[0])))
