"""The program in processes that have it loaded already: forks of one that imported it, so that its start is paid for once.

Each call has a process, a working folder, an environment and streams of its own, and goes through ``codemod/__main__.py``. What only
a start from nothing shows (what is imported, and from where) is for the tests that start an interpreter themselves.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import gc
import importlib
import json
import os
import runpy
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

from tests import forked_children

# What an interpreter reads when it starts; a process that runs already cannot follow it.
_OF_THE_START = ("PYTHON", "LC_", "LANG")
_MODULES = (
    "codemod.cli.baseline", "codemod.cli.fleet", "codemod.cli.migrate", "codemod.cli.report", "codemod.fleet.nest", "codemod.reports.html",
    "codemod.reports.markdown", "codemod.reports.sarif", "codemod.rewriting.concrete",
)  # fmt: skip


class LoadedProgram:
    """Runs the program; nothing is started before the first call."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._at_start: dict[str, str] = {}

    def run(
        self,
        arguments: Sequence[str],
        cwd: str,
        env: Mapping[str, str],
        data: bytes = b"",
        timeout: float = 60,
        *,
        forks_children: bool = False,
        constants: Mapping[str, float] | None = None,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the program as `subprocess.run` would, and return what it wrote and how it ended.

        Args:
            arguments: Its command line.
            cwd: Where it is started.
            env: All of its environment.
            data: What it reads.
            timeout: Seconds that it may take.
            forks_children: Whether a fleet's processes are forks, too, and no new interpreters.
            constants: Other values for what modules of the program hold, such as how long it waits: by module and name.

        Raises:
            subprocess.TimeoutExpired: It took longer; it is ended.
        """
        command = [sys.executable, "-m", "codemod", *arguments]
        if not self._can_follow(env):
            assert not constants, "an interpreter that starts anew has its own"
            return subprocess.run(command, cwd=cwd, env=dict(env), input=data, capture_output=True, timeout=timeout)
        with contextlib.ExitStack() as stack:
            given, out, err = (stack.enter_context(tempfile.TemporaryFile()) for _ in range(3))
            given.write(data)
            given.seek(0)
            asked = {"arguments": list(arguments), "cwd": cwd, "env": dict(env)}
            asked |= {"forks_children": forks_children, "constants": dict(constants or {})}
            pid = self._begin(asked, given, out, err)
            try:
                code = self.wait(timeout)
            except TimeoutError:
                os.kill(pid, signal.SIGKILL)
                self.wait(timeout)
                raise subprocess.TimeoutExpired(command, timeout) from None
            for file in (out, err):
                file.seek(0)
            return subprocess.CompletedProcess(command, code, out.read(), err.read())

    def begin_on_terminal(self, arguments: Sequence[str], cwd: str, env: Mapping[str, str], terminal: int) -> int:
        """Start the program at a terminal, which becomes the controlling one, and return the number of the process.

        Nothing else can be started before `wait` has told how it ended.

        Raises:
            ValueError: The environment has other settings for the interpreter than those with which the program was loaded.
        """
        if not self._can_follow(env):
            raise ValueError("the interpreter has started already, with other settings")
        asked = {"arguments": list(arguments), "cwd": cwd, "env": dict(env), "terminal": True}
        return self._begin(asked, terminal, terminal, terminal)

    def begin(self, arguments: Sequence[str], cwd: str, env: Mapping[str, str], *streams: int) -> int:
        """Start the program with standard streams of one's own, as `begin_on_terminal` does."""
        if not self._can_follow(env):
            raise ValueError("the interpreter has started already, with other settings")
        return self._begin({"arguments": list(arguments), "cwd": cwd, "env": dict(env)}, *streams)

    def wait(self, timeout: float) -> int:
        """Return the exit code of the process that was started last; the negative number of the signal that ended it.

        Raises:
            TimeoutError: It has not ended.
        """
        assert self._channel is not None
        self._channel.settimeout(timeout)
        return int(self._channel.recv(64))

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

    def _can_follow(self, env: Mapping[str, str]) -> bool:
        if self._server is None:
            self._start(env)
        return _at_start(env) == self._at_start

    def _begin(self, asked: dict[str, Any], *streams: Any) -> int:
        assert self._channel is not None
        with tempfile.TemporaryFile() as task:
            task.write(json.dumps(asked).encode())
            task.seek(0)
            self._channel.settimeout(60)
            numbers = [stream if isinstance(stream, int) else stream.fileno() for stream in (task, *streams)]
            socket.send_fds(self._channel, [b"run"], numbers)
            pid = int(self._channel.recv(64) or b"0")
        assert pid, "the process that has the program loaded has ended"
        return pid


def _at_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(_OF_THE_START)}


def serve() -> None:
    """Fork for each request on standard input, a socket, and tell the process' number and its exit code."""
    from codemod.engine import migrate
    from codemod.engine.triggers import triggers
    from codemod.rules import selected
    from codemod.settings import Settings

    sys.path.remove("")  # `python -c` puts the current folder there, whichever that will be
    for name in _MODULES:
        importlib.import_module(name)
    triggers(selected(Settings()))
    migrate(
        "a.py", b'import mlflow\nmlflow.sklearn.log_model(m, "model")\n', Settings()
    )  # what is made of tables on the first question
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
                _end(functools.partial(_run, *descriptors))
            for each in descriptors:
                os.close(each)
            channel.send(b"%d" % pid)
            channel.send(b"%d" % os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _code(run: Callable[[], None]) -> int:
    try:
        run()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        traceback.print_exc()
    except BaseException:
        traceback.print_exc()
    else:
        return 0
    return 1


def _end(run: Callable[[], None]) -> NoReturn:
    """Run, write what is left and end, without taking apart what was loaded, which costs as much as most runs."""
    code = _code(run)
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
    if asked.get("terminal"):
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for name, value in asked.get("constants", {}).items():
        module, _, constant = name.rpartition(".")
        assert hasattr(importlib.import_module(module), constant), name
        setattr(sys.modules[module], constant, value)
    if asked.get("forks_children"):
        forked_children.install(_end_with_streams)
    os.environ.clear()
    os.environ.update(asked["env"])
    os.chdir(asked["cwd"])
    _open_streams()
    sys.path.insert(0, asked["cwd"])  # as `python -m` does
    sys.argv = ["codemod", *asked["arguments"]]
    runpy.run_module("codemod", run_name="__main__", alter_sys=True)


def _open_streams() -> None:
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, name, os.fdopen(number, "w" if number else "r", closefd=False))
    sys.stderr.reconfigure(line_buffering=True)  # type: ignore[union-attr]


def _end_with_streams(run: Callable[[], None]) -> NoReturn:
    _open_streams()
    _end(run)
