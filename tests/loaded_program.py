"""The program in processes that have it loaded already: forks of one that imported it, so that its start is paid for once.

Each call has a process, a working folder, an environment and streams of its own, and goes through ``codemod/__main__.py``. What only
a start from nothing shows (what is imported, and from where) is for the tests that start an interpreter themselves.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

# What an interpreter reads when it starts; a process that runs already cannot follow it.
_OF_THE_START = ("PYTHON", "LC_", "LANG")
_MODULES = ("codemod.cli.migrate", "codemod.rewriting.concrete")


class LoadedProgram:
    """Runs the program; nothing is started before the first call."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._at_start: dict[str, str] = {}

    def run(
        self, arguments: Sequence[str], cwd: str, env: Mapping[str, str], data: bytes = b"", timeout: float = 60
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the program as `subprocess.run` would, and return what it wrote and how it ended.

        Raises:
            subprocess.TimeoutExpired: It took longer; it is ended.
        """
        command = [sys.executable, "-m", "codemod", *arguments]
        if self._server is None:
            self._start(env)
        if _at_start(env) != self._at_start:
            return subprocess.run(command, cwd=cwd, env=dict(env), input=data, capture_output=True, timeout=timeout)
        with contextlib.ExitStack() as stack:
            task, given, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(4))
            task.write(json.dumps({"arguments": list(arguments), "cwd": cwd, "env": dict(env)}).encode())
            given.write(data)
            for file in (task, given):
                file.seek(0)
            code = self._ask([file.fileno() for file in (task, given, out, err)], command, timeout)
            for file in (out, err):
                file.seek(0)
            return subprocess.CompletedProcess(command, code, out.read(), err.read())

    def close(self) -> None:
        """End the process that has the program loaded."""
        if self._server is not None and self._channel is not None:
            self._channel.close()
            self._server.wait(30)

    def _start(self, env: Mapping[str, str]) -> None:
        self._at_start = _at_start(env)
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._server = subprocess.Popen(
                [sys.executable, "-c", "from tests.loaded_program import serve; serve()"],
                env=dict(env), stdin=theirs.fileno(),
            )  # fmt: skip

    def _ask(self, descriptors: list[int], command: list[str], timeout: float) -> int:
        assert self._channel is not None
        self._channel.settimeout(timeout)
        socket.send_fds(self._channel, [b"run"], descriptors)
        pid = int(self._channel.recv(64) or b"0")
        assert pid, "the process that has the program loaded has ended"
        try:
            return int(self._channel.recv(64))
        except TimeoutError:
            os.kill(pid, signal.SIGKILL)
            self._channel.settimeout(timeout)
            self._channel.recv(64)
            raise subprocess.TimeoutExpired(command, timeout) from None


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(_OF_THE_START)}


def serve() -> None:
    """Fork for each request on standard input, a socket, and tell the process' number and its exit code."""
    import importlib

    from codemod.rules import all_rules

    sys.path.remove("")  # `python -c` puts the current folder there, whichever that will be
    for name in _MODULES:
        importlib.import_module(name)
    all_rules()
    gc.collect()
    gc.freeze()  # a collection in a fork would copy all that is shared
    with socket.socket(fileno=os.dup(0)) as channel:
        while True:
            request, descriptors, _, _ = socket.recv_fds(channel, 64, 4)
            if not request:
                return
            pid = os.fork()
            if pid == 0:
                channel.close()
                _end(_code(*descriptors))
            for each in descriptors:
                os.close(each)
            channel.send(b"%d" % pid)
            channel.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _code(*descriptors: int) -> int:
    try:
        _run(*descriptors)
    except SystemExit as ended:
        if isinstance(ended.code, int):
            return ended.code
        traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    return 1


def _end(code: int) -> NoReturn:
    """Write what is left and end, without taking apart what was loaded, which costs as much as most runs."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(task: int, *streams: int) -> None:
    with os.fdopen(task, "rb") as file:
        asked: dict[str, Any] = json.load(file)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    sys.stderr.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    sys.path.insert(0, asked["cwd"])  # as `python -m` does
    sys.argv = ["codemod", *asked["arguments"]]
    runpy.run_module("codemod", run_name="__main__", alter_sys=True)
