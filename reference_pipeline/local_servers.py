"""Servers for demonstrations and tests: they listen on 127.0.0.1 and end with the block that started them."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import requests

from reference_pipeline.errors import ServiceError

READY_WITHIN_S = 180.0


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A server that was started. Several can start at the same time; :meth:`wait` for each before using it.

    Attributes:
        name: for messages.
        uri: where it listens.
        ready_path: answers as soon as the server does.
        process: leader of the server's process group.
        log: file with its output.
        api_key: that it asks for; empty when it asks for none.
    """

    name: str
    uri: str
    ready_path: str
    process: "subprocess.Popen[bytes]"
    log: Path
    api_key: str = ""

    def wait(self) -> None:
        """Return when the server answers.

        Raises:
            ServiceError: it ended, or took too long. The message holds the end of its log.
        """
        give_up = time.monotonic() + READY_WITHIN_S
        while time.monotonic() < give_up:
            if self.process.poll() is not None:
                raise ServiceError(
                    f"{self.name} ended while starting, exit {self.process.returncode}.{self._end_of_log()}"
                )
            try:
                if requests.get(self.uri + self.ready_path, timeout=2).ok:
                    return
            except requests.RequestException:
                pass
            time.sleep(0.1)
        raise ServiceError(f"{self.name} was not ready within {READY_WITHIN_S:.0f} s.{self._end_of_log()}")

    def _end_of_log(self) -> str:
        return f" The end of {self.log}:\n{self.log.read_text(encoding='utf-8', errors='replace')[-3000:]}"


@contextmanager
def tiled_server(folder: Path) -> Iterator[LocalServer]:
    """Run a Tiled server with an empty catalog that is gone afterwards. Needs ``tiled[server]``.

    Args:
        folder: for its log.

    Raises:
        ServiceError: Tiled's server is not installed.
    """
    if find_spec("aiosqlite") is None:
        raise ServiceError("Tiled's server is not installed: python -m pip install 'tiled[server]'")
    api_key = secrets.token_hex(16)
    # The key goes through the environment: a command line is visible to everyone on the machine.
    environment = {"TILED_SINGLE_USER_API_KEY": api_key}
    with _started(
        "Tiled's server", ["tiled", "serve", "catalog", "--temp"], "/healthz", folder, environment, api_key
    ) as server:
        yield server


@contextmanager
def mlflow_server(folder: Path) -> Iterator[LocalServer]:
    """Run an MLflow server of the installed version; its SQLite file and artifacts stay in ``folder``."""
    command = ["mlflow", *mlflow_server_arguments(folder), "--workers", "1"]
    # MLflow 3 starts a dozen more processes for jobs that nobody asks for here.
    environment = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with _started("MLflow's server", command, "/health", folder, environment) as server:
        yield server


def mlflow_server_arguments(folder: Path) -> list[str]:
    """Return the arguments with which ``mlflow`` serves what is stored in ``folder``."""
    store = f"sqlite:///{folder.resolve() / 'mlflow.db'}"
    return ["server", "--backend-store-uri", store, "--artifacts-destination", str(folder.resolve() / "mlartifacts")]


@contextmanager
def model_server(model_uri: str, tracking_uri: str, folder: Path) -> Iterator[LocalServer]:
    """Run ``mlflow models serve`` for one model, in this environment and in ``folder``."""
    command = ["mlflow", "models", "serve", "--model-uri", model_uri, "--env-manager", "local"]
    with _started("the model server", command, "/ping", folder, {"MLFLOW_TRACKING_URI": tracking_uri}) as server:
        yield server


@contextmanager
def _started(
    name: str, command: list[str], ready_path: str, folder: Path, environment: Mapping[str, str], api_key: str = ""
) -> Iterator[LocalServer]:
    folder.mkdir(parents=True, exist_ok=True)
    port = _free_port()
    log = folder / f"{command[0]}-{port}.log"
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW_", "TILED_"))}
    # MLflow calls gunicorn and uvicorn by name, which works in an environment that is not activated only like this.
    inherited["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), inherited.get("PATH", os.defpath)])
    process = None
    try:
        with log.open("wb") as output, _undisturbed():
            process = subprocess.Popen(
                [sys.executable, "-m", *command, "--host", "127.0.0.1", "--port", str(port)],
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                env={**inherited, **environment},
                # A group of its own: servers start workers, and all of them must go.
                start_new_session=True,
            )
        yield LocalServer(name, f"http://127.0.0.1:{port}", ready_path, process, log, api_key)
    finally:
        if process is not None:
            _stop(process)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep Ctrl-C and SIGTERM back until the end of the block: a process that is just being started would be lost."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread is interrupted
        yield
        return
    held: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: held.append(number))
        for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
        for each in held:
            signal.raise_signal(each)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    for ending in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, ending)
        except ProcessLookupError:
            break
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            continue
    process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
