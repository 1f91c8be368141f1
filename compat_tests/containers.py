"""The same services as in `servers`, as containers of images that `docker/build.sh` makes.

Containers publish one port on 127.0.0.1, carry a label, and are removed by it: by `RunningContainer.stop`, and at the start of the
next run if the one before was killed.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import psutil

from compat_tests.environments import uv_program
from compat_tests.processes import LOG_LINES, START_SECONDS, StartError, get_text, http_ready, indented
from compat_tests.servers import tiled_version

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

LABEL = "mlflow-codemod.compat"
"""Label of images and containers; a container's value is the machine and the process of the run that it belongs to."""

_DOCKER = Path(__file__).with_name("docker")
_POLL_SECONDS = 0.2


class RunningContainer:
    """A service that runs in a container. Usable as a context manager."""

    def __init__(self, name: str, container: Container, port: int, version: Callable[[str], str]) -> None:
        self.name = name
        self._container = container
        self._port = port
        self._version = version
        self._log = ""

    @property
    def uri(self) -> str:
        """Address for clients on this machine."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def version(self) -> str:
        """Release that the service says it is."""
        return self._version(self.uri)

    def log_tail(self, lines: int = LOG_LINES) -> str:
        """Return the last lines of its log, also after it was stopped."""
        with contextlib.suppress(_not_found()):
            self._log = self._container.logs(tail=200).decode(errors="replace")
        return "\n".join(self._log.splitlines()[-lines:])

    def stop(self) -> None:
        """Remove the container. A second call does nothing."""
        self.log_tail()
        with contextlib.suppress(_not_found()):
            self._container.remove(force=True, v=True)

    def __enter__(self) -> RunningContainer:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Remove the container."""
        self.stop()


def engine() -> DockerClient:
    """Return a client of the Docker engine, and removes containers of runs that were killed.

    Raises:
        NoEngineError: No engine answers; the message says why, for the reason of a skip.
    """
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env()
        client.ping()
    except DockerException as error:
        raise NoEngineError(f"no Docker engine answers: {error}") from error
    for container in client.containers.list(all=True, filters={"label": LABEL}):
        machine, _, process = container.labels[LABEL].partition(" ")
        if machine == socket.gethostname() and not psutil.pid_exists(int(process)):
            container.remove(force=True, v=True)
    return client


class NoEngineError(RuntimeError):
    """There is no Docker engine on this machine, or it does not answer."""


def build_images() -> None:
    """Build the images that are missing or out of date.

    On a machine that reaches no image registry, ``docker/build.sh --debootstrap`` has made the base image before.

    Raises:
        StartError: The build failed; the message holds what it said.
    """
    variables = {**os.environ, "UV": uv_program(), "PYTHON": sys.executable}
    if subprocess.run(["docker", "image", "inspect", "compat-base:bookworm"], capture_output=True).returncode == 0:
        variables.setdefault("BASE_IMAGE", "compat-base:bookworm")
    done = subprocess.run([_DOCKER / "build.sh"], env=variables, capture_output=True, text=True)
    if done.returncode:
        raise StartError(f"the images cannot be built:\n{indented((done.stdout + done.stderr).strip())}")


def mlflow_container(client: DockerClient, line: str, arguments: Sequence[str] = ()) -> RunningContainer:
    """Start a tracking server of a line of MLflow with an sqlite store inside the container.

    Args:
        client: The Docker engine.
        line: ``2`` or ``3``.
        arguments: Arguments of ``mlflow server`` instead of those of the image.

    Raises:
        StartError: It did not start.
    """
    return _start(
        client, f"compat-mlflow-{line}", 5000, "/health", lambda uri: get_text(f"{uri}/version").strip(), {}, arguments
    )


def tiled_container(client: DockerClient, key: str) -> RunningContainer:
    """Start a Tiled server with an empty catalog.

    Args:
        client: The Docker engine.
        key: The API key that it takes.

    Raises:
        StartError: It did not start.
    """
    return _start(client, "compat-tiled", 8000, "/healthz", tiled_version, {"TILED_SINGLE_USER_API_KEY": key}, ())


def _start(
    client: DockerClient,
    image: str,
    inner_port: int,
    ready_path: str,
    version: Callable[[str], str],
    variables: Mapping[str, str],
    arguments: Sequence[str],
) -> RunningContainer:
    container = client.containers.run(
        image,
        command=list(arguments) or None,
        detach=True,
        environment=dict(variables),
        labels={LABEL: f"{socket.gethostname()} {os.getpid()}"},
        ports={f"{inner_port}/tcp": ("127.0.0.1", 0)},  # the engine finds a free port: two runs cannot collide
    )
    service = RunningContainer(f"container of {image}", container, 0, version)
    try:
        trouble = _wait(service, container, inner_port, http_ready(ready_path))
    except BaseException:
        service.stop()
        raise
    if trouble:
        end = service.log_tail()
        service.stop()
        raise StartError(f"{service.name} {trouble}\nend of its log:\n{indented(end)}")
    return service


def _wait(service: RunningContainer, container: Container, inner_port: int, ready: Callable[[int], bool]) -> str | None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        container.reload()
        if container.status in ("exited", "dead"):
            return f"ended with status {container.attrs['State']['ExitCode']} before it took requests"
        published = container.ports.get(f"{inner_port}/tcp")
        if published:
            service._port = int(published[0]["HostPort"])
            if ready(service._port):
                return None
        time.sleep(_POLL_SECONDS)
    return f"did not take requests within {START_SECONDS:.0f} s"


def _not_found() -> type[Exception]:
    from docker.errors import NotFound

    error: type[Exception] = NotFound
    return error
