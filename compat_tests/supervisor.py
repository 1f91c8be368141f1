"""Runs one command and stops its whole process tree when the caller stops, or dies, for whatever reason.

A server that a test started must not outlive the test run, also when the run is killed by Ctrl-C, SIGTERM or SIGKILL. A signal
handler or ``atexit`` cannot promise that. A pipe can: the caller holds the writing end of this process's standard input, the kernel
closes it when the caller is gone, and the end of file is the order to stop.

Run as a script, so that it imports next to nothing: ``python supervisor.py COMMAND [ARGUMENT ...]``.
"""

from __future__ import annotations

import ctypes
import select
import signal
import subprocess
import sys
import time

import psutil

GRACE_SECONDS = 10.0
"""Time between SIGTERM and SIGKILL. A server of MLflow or Tiled needs under two seconds; PostgreSQL's fast shutdown too."""

_POLL_SECONDS = 0.1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> None:
    """Make orphaned grandchildren children of this process (Linux), so that no double fork escapes the tree.

    Elsewhere only the processes that are still linked to the tree are found, which all of our servers are.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def descendants() -> list[psutil.Process]:
    """Return the living processes below this one, children of children included."""
    alive = []
    for process in psutil.Process().children(recursive=True):
        try:
            if process.status() != psutil.STATUS_ZOMBIE:
                alive.append(process)
        except psutil.NoSuchProcess:
            continue
    return alive


def stop_tree(grace: float) -> None:
    """Ask every descendant to end, then kill those that did not.

    Args:
        grace: Seconds between the request (SIGTERM) and the kill (SIGKILL).
    """
    deadline = time.monotonic() + grace
    asked: set[psutil.Process] = set()
    # A dying server may still start workers, and orphans arrive late: look again until nobody is left.
    while remaining := descendants():
        late = time.monotonic() > deadline
        for process in remaining:
            try:
                if late:
                    process.kill()
                elif process not in asked:
                    asked.add(process)
                    process.terminate()
            except psutil.NoSuchProcess:
                continue
        time.sleep(_POLL_SECONDS)  # not psutil.wait_procs: it would reap the command, and with it its exit status


def supervise(command: list[str], grace: float = GRACE_SECONDS) -> int:
    """Run ``command`` until it ends, standard input does, or a signal asks this process to end.

    Args:
        command: Program and arguments.
        grace: Seconds that its processes have to end when they are asked to.

    Returns:
        The exit status of the command, 128 plus the signal's number if a signal ended it.
    """
    adopt_orphans()
    asked_to_stop: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):  # as from a `pkill` that also ends the caller
        signal.signal(number, lambda number, _: asked_to_stop.append(number))
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    except OSError as error:
        sys.stderr.write(f"cannot start {command[0]}: {error.strerror}\n")
        return 127
    while process.poll() is None and not asked_to_stop:
        readable, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
        if readable:  # nothing is ever written: readable means that the other end is closed
            break
    stop_tree(grace)
    status = process.wait()
    return status if status >= 0 else 128 - status


if __name__ == "__main__":
    sys.exit(supervise(sys.argv[1:]))
