"""The process that has the program loaded, and forks for each repository: `codemod.fleet.forks` is the other end.

It holds nothing of any repository and works on none. It tells by a socket for each fork with which code that ended, and lets the system
forget the fork only when the run has closed that socket: until then its number cannot be another process'.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import traceback
from collections.abc import Sequence
from typing import NoReturn

from codemod.engine import migrate
from codemod.engine.triggers import triggers
from codemod.fleet import job
from codemod.reports import html
from codemod.rewriting import concrete  # noqa: F401 - each fix needs it
from codemod.rules import selected
from codemod.settings import Settings

_CODE = b"import mlflow\n\nmlflow.sklearn.log_model(model, artifact_path='model')\n"


def main() -> None:
    """Answer each request on standard input, a socket, with a fork, until nobody can ask any more."""
    with socket.socket(fileno=os.dup(0)) as channel:
        for name in sys.argv[1:]:  # what all will need, too
            importlib.import_module(name)
        warm_up()
        serve(channel)


def warm_up() -> None:
    """Make what is made on the first question, so that no fork makes it again."""
    triggers(selected(Settings()))
    migrate("a.py", _CODE, Settings())
    html.load_template()
    gc.collect()
    gc.freeze()  # a collection in a fork would copy all that is shared


def serve(channel: socket.socket) -> None:
    """Make a fork at each request of a channel, and tell for each how it ended."""
    forks: dict[int, socket.socket] = {}
    ended: set[int] = set()
    ours, theirs = socket.socketpair()
    with ours, theirs, selectors.DefaultSelector() as selector:
        for each in (ours, theirs):
            each.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
        selector.register(channel, selectors.EVENT_READ)
        selector.register(ours, selectors.EVENT_READ)
        while True:
            ready = {key.fileobj for key, _ in selector.select()}
            with contextlib.suppress(BlockingIOError):
                ours.recv(1 << 12)
            for pid, keeper in [*forks.items()]:
                if keeper in ready:  # closed: the run knows how it ended
                    selector.unregister(keeper)
                    forks.pop(pid).close()
                    os.waitpid(pid, 0)
                    ended.discard(pid)
                elif pid not in ended and _has_told(pid, keeper):
                    ended.add(pid)
            if channel in ready:
                forked = _fork(channel, selector, (ours, theirs, *forks.values()))
                if forked is None:
                    return
                pid, keeper = forked
                forks[pid] = keeper
                selector.register(keeper, selectors.EVENT_READ)


def _fork(
    channel: socket.socket, selector: selectors.BaseSelector, others: Sequence[socket.socket]
) -> tuple[int, socket.socket] | None:
    """Answer the next request, and return the number of the fork and the socket for it; None when nobody can ask any more."""
    asked, descriptors, _, _ = socket.recv_fds(channel, 64, 4)
    if not asked:
        return None
    keeper = socket.socket(fileno=descriptors.pop())
    pid = os.fork()
    if pid == 0:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for other in (channel, *others):  # who waits for their end must see it
            other.close()
        selector.close()
        _begin(keeper, descriptors)
    for one in descriptors:
        os.close(one)
    return pid, keeper


def _has_told(pid: int, keeper: socket.socket) -> bool:
    """Tell how a fork ended, if it has, and return whether it has; it stays a zombie."""
    ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if ended is None:
        return False
    code = ended.si_status if ended.si_code == os.CLD_EXITED else -ended.si_status
    with contextlib.suppress(OSError):
        keeper.send(b"%d" % code)
    return True


def _begin(keeper: socket.socket, descriptors: list[int]) -> NoReturn:
    """Do the work of one repository, and end."""
    os.setsid()  # before anybody can know its number, and end its group
    keeper.send(b"%d" % os.getpid())
    keeper.close()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    code = 1
    try:
        job.main()
        code = 0
    except SystemExit as error:
        code = error.code if isinstance(error.code, int) else 1
    except BaseException:
        traceback.print_exc()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)  # without taking apart what was loaded
