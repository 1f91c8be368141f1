"""Services as local processes: started on a free port, waited for, and stopped with everything they started."""

from __future__ import annotations

import base64
import contextlib
import json
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

import psutil

START_SECONDS = 180.0
"""Limit for a start; one that is still at work then gets more. The slowest here, MLflow 3 on one loaded core, needs about 60 s."""

LOG_LINES = 40
"""Lines of a log that a message shows."""

SUPERVISOR = Path(__file__).with_name("supervisor.py")
"""The script that stops a process tree when its caller is gone."""

_BUSY_FACTOR = 5
"""How many times the limit a start may take that is still at work when the limit is over."""

_AT_WORK = 0.01
"""Share of a core that a server at least uses if it is at work, and not stuck."""

_ATTEMPTS = 3
_POLL_SECONDS = 0.1


class Service(Protocol):
    """A running service, whatever runs it."""

    @property
    def uri(self) -> str:
        """Address for clients, such as ``http://127.0.0.1:41234``."""

    @property
    def version(self) -> str:
        """Release that the service says it is."""

    def log_tail(self, lines: int = LOG_LINES) -> str:
        """Return the last lines of its log."""

    def stop(self) -> None:
        """Stop it and wait until it is gone. A second call does nothing."""


class StartError(RuntimeError):
    """A service did not start; the message ends with the end of its log."""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """How to run one service.

    Attributes:
        name: What people call it, such as ``MLflow server-3``.
        command: Makes the command line for a port.
        folder: Working folder; the log lies beside it.
        variables: The whole environment of the process.
        ready: Tells whether the service on a port takes requests.
        version: Asks the service at an address for its release.
        scheme: Makes the address for clients from a port.
        scratch: A folder that is removed once the service has stopped.
    """

    name: str
    command: Callable[[int], Sequence[str]]
    folder: Path
    variables: Mapping[str, str]
    ready: Callable[[int], bool]
    version: Callable[[str], str]
    scheme: Callable[[int], str] = "http://127.0.0.1:{}".format
    scratch: Path | None = None


class RunningProcess:
    """A service that runs as a process under `supervisor`. Made by `start`; usable as a context manager."""

    def __init__(self, plan: ServicePlan, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
        self._plan = plan
        self._process = process
        self._log = log
        self.port = port

    @property
    def name(self) -> str:
        """What people call the service."""
        return self._plan.name

    @property
    def uri(self) -> str:
        """Address for clients."""
        return self._plan.scheme(self.port)

    @property
    def version(self) -> str:
        """Release that the service says it is."""
        return self._plan.version(self.uri)

    @property
    def status(self) -> int | None:
        """Exit status, None while it runs."""
        return self._process.poll()

    def log_tail(self, lines: int = LOG_LINES) -> str:
        """Return the last lines of its log."""
        return "\n".join(self._log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def owns_port(self) -> bool:
        """Tell whether the service itself listens on its port, and not a stranger who took it first."""
        try:
            family = psutil.Process(self._process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return False
        for process in family:
            try:
                connections = process.net_connections("tcp")
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
            if any(c.status == psutil.CONN_LISTEN and c.laddr.port == self.port for c in connections):
                return True
        return False

    def cpu_seconds(self) -> float:
        """Return how much CPU the service's processes have used."""
        used = 0.0
        with contextlib.suppress(psutil.NoSuchProcess):
            for process in psutil.Process(self._process.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied):
                    used += sum(process.cpu_times()[:2])
        return used

    def stop(self) -> None:
        """Stop the service with every process that it started, and wait until they are gone."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()  # end of file is the supervisor's order to stop
        self._process.wait()
        if self._plan.scratch:
            shutil.rmtree(self._plan.scratch, ignore_errors=True)

    def __enter__(self) -> RunningProcess:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop the service."""
        self.stop()


def start(plan: ServicePlan, limit: float = START_SECONDS, cancelled: threading.Event | None = None) -> RunningProcess:
    """Start a service and wait until it takes requests.

    Args:
        plan: What to run.
        limit: Seconds to wait for it.
        cancelled: Ends the wait when it is set: nobody wants the service any more.

    Returns:
        The running service.

    Raises:
        StartError: It ended early or did not answer in time.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    attempts_left = _ATTEMPTS
    while True:
        service = _launch(plan)
        try:
            trouble = _wait(service, plan, limit, cancelled)
        except BaseException:  # Ctrl-C while waiting: nobody holds the service yet, so nobody else would stop it
            service.stop()
            raise
        if trouble is None:
            return service
        end = service.log_tail()
        service.stop()
        attempts_left -= 1
        if not (trouble.port_taken and attempts_left):
            message = f"{plan.name} {trouble.reason}\ncommand: {' '.join(plan.command(service.port))}\nend of its log:"
            raise StartError(f"{message}\n{indented(end)}")


def http_ready(path: str) -> Callable[[int], bool]:
    """Return a probe that asks ``path`` of a local port and takes any answer below 400 as ready."""

    def probe(port: int) -> bool:
        try:
            with _opener.open(f"http://127.0.0.1:{port}{path}", timeout=5):
                return True
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    return probe


def get_text(url: str, user: str = "", password: str = "") -> str:
    """Return the body that ``url`` answers with; with a user it signs in by basic authentication."""
    request = urllib.request.Request(url)
    if user:
        token = base64.b64encode(f"{user}:{password}".encode()).decode()
        request.add_header("Authorization", f"Basic {token}")
    with _opener.open(request, timeout=10) as response:
        body: bytes = response.read()
    return body.decode()


def post_json(url: str, body: Mapping[str, Any], timeout: float = 120.0) -> Any:
    """Return the JSON that ``url`` answers a JSON body with.

    Args:
        url: Where, on this machine.
        body: What is sent.
        timeout: Seconds that the answer may take.

    Raises:
        urllib.error.HTTPError: It was refused.
        OSError: There was no answer.
        ValueError: The answer is no JSON.
    """
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with _opener.open(request, timeout=timeout) as answer:
        return json.load(answer)


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # loopback is never behind a proxy


@dataclass(frozen=True, slots=True)
class _Trouble:
    reason: str
    port_taken: bool = False


def _launch(plan: ServicePlan) -> RunningProcess:
    port = _free_port()
    log = plan.folder / f"{plan.name.replace(' ', '-').lower()}.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, str(SUPERVISOR), *plan.command(port)],
            stdin=subprocess.PIPE,
            stdout=stream,
            stderr=subprocess.STDOUT,
            cwd=plan.folder,
            env=dict(plan.variables),
            start_new_session=True,  # Ctrl-C in the terminal reaches the tests alone; they stop the service in order
        )
    return RunningProcess(plan, port, process, log)


def _wait(
    service: RunningProcess, plan: ServicePlan, limit: float, cancelled: threading.Event | None = None
) -> _Trouble | None:
    began = time.monotonic()
    deadline, used = began + limit, 0.0
    while time.monotonic() < deadline:
        if cancelled is not None and cancelled.is_set():
            return _Trouble("is not wanted any more")
        if service.status is not None:
            log = service.log_tail().lower()
            taken = any(words in log for words in ("address already in use", "connection in use", "could not bind"))
            return _Trouble(f"ended with status {service.status} before it took requests", port_taken=taken)
        if plan.ready(service.port):
            if service.owns_port():
                return None
            return _Trouble(f"lost port {service.port} to another process", port_taken=True)
        time.sleep(_POLL_SECONDS)
        now, more = time.monotonic(), limit / 6
        if now >= deadline and now < began + _BUSY_FACTOR * limit:
            if (spent := service.cpu_seconds()) - used > _AT_WORK * more:
                deadline, used = now + more, spent  # a machine that is busy, not a server that hangs
    return _Trouble(f"did not take requests within {time.monotonic() - began:.0f} s")


def _free_port() -> int:
    with closing(socket.socket(socket.AF_INET, socket.SOCK_STREAM)) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def indented(text: str) -> str:
    """Return ``text`` with each line indented, for the end of a message."""
    return "\n".join(f"  {line}" for line in text.splitlines()) or "  (empty)"
