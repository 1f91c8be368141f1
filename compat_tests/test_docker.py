"""The services as containers: the stack of compose.yaml (MLflow, PostgreSQL, Tiled), and single services by the Docker SDK."""

from __future__ import annotations

import dataclasses
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from compat_tests import environments
from compat_tests.cells import MatrixCell, mlflow_2_record, seed_tiled
from compat_tests.containers import (
    LABEL,
    NoEngineError,
    build_images,
    engine,
    mlflow_container,
    tiled_container,
)
from compat_tests.migration import stage, stage_migrated
from compat_tests.parity import compare, table
from compat_tests.processes import StartError, get_text
from compat_tests.servers import start_together

COMPOSE_FILE = Path(__file__).with_name("docker") / "compose.yaml"
READY_SECONDS = 180


@pytest.fixture(scope="module", autouse=True)
def images() -> None:
    """The images, built if need be; without an engine everything here is skipped, with the reason."""
    try:
        engine().close()
    except NoEngineError as error:
        pytest.skip(str(error))
    build_images()


@dataclasses.dataclass(frozen=True, slots=True)
class Compose:
    """One project of the compose file.

    Attributes:
        command: ``docker compose`` or the older ``docker-compose``.
        project: Name of the project.
        variables: The environment of the command.
    """

    command: tuple[str, ...]
    project: str
    variables: dict[str, str]

    def run(self, *arguments: str) -> str:
        """Run a command of compose and return its output."""
        command = [*self.command, "--file", str(COMPOSE_FILE), "--project-name", self.project, *arguments]
        done = subprocess.run(command, env={**os.environ, **self.variables}, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout.strip()

    def address(self, service: str, port: int) -> str:
        """Return the address of a service on this machine."""
        return f"http://{self.run('port', service, str(port))}"

    def wait(self, *urls: str) -> None:
        """Wait until all of ``urls`` answer."""
        deadline = time.monotonic() + READY_SECONDS
        for url in urls:
            while True:
                try:
                    get_text(url)
                    break
                except OSError:
                    assert time.monotonic() < deadline, self.run("logs", "--tail", "40")
                    time.sleep(0.2)


def compose_command() -> tuple[str, ...]:
    """Return the command of compose on this machine."""
    plugin = subprocess.run(["docker", "compose", "version"], capture_output=True)
    if plugin.returncode == 0:
        return ("docker", "compose")
    if shutil.which("docker-compose"):
        return ("docker-compose",)
    pytest.skip("the Docker engine answers, but neither `docker compose` nor `docker-compose` is there")


@pytest.fixture(scope="module", params=["2 on 2", "2 on 3", "3 on 3"])
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MatrixCell]:
    """A client on this machine, and the services of the compose file in containers."""
    client_line, server_line = request.param.split(" on ")
    key = secrets.token_hex(16)
    folder = tmp_path_factory.mktemp("stack")
    variables = {"MLFLOW_LINE": server_line, "TILED_API_KEY": key}
    compose = Compose(compose_command(), f"compat-{secrets.token_hex(4)}", variables)
    try:
        compose.run("up", "--detach")
        mlflow, tiled = compose.address("mlflow", 5000), compose.address("tiled", 8000)
        compose.wait(f"{mlflow}/health", f"{tiled}/healthz")
        sources = stage(folder / "sources") if client_line == "2" else stage_migrated(folder / "sources")
        cell = MatrixCell(
            environments.client(client_line),
            sources,
            folder / "client",
            mlflow,
            {"COMPAT_TILED_URI": tiled, "TILED_API_KEY": key},
        )
        seed_tiled(cell)
        yield cell
    finally:
        compose.run("down", "--volumes", "--timeout", "5")


@pytest.mark.parametrize("subject", ["scikit_learn", "autoencoder"])
def test_the_life_cycle_on_containers_is_as_on_mlflow_2(stack: MatrixCell, subject: str) -> None:
    record = stack.live(subject)
    assert record.failure is None, str(record.failure)
    differences = compare(mlflow_2_record(subject), record)
    assert not differences, "\n" + table(differences, "processes", "containers")


@pytest.mark.parametrize("line", ["2", "3"])
def test_single_services_by_the_sdk(line: str, tmp_path: Path) -> None:
    client, key = engine(), secrets.token_hex(16)
    mlflow, tiled = start_together(lambda: mlflow_container(client, line), lambda: tiled_container(client, key))
    try:
        assert mlflow.version.startswith(f"{line}.")
        assert tiled.version
        cell = MatrixCell(
            environments.client("2"),
            stage(tmp_path / "sources"),
            tmp_path / "client",
            mlflow.uri,
            {"COMPAT_TILED_URI": tiled.uri, "TILED_API_KEY": key},
        )
        seed_tiled(cell)
        record = cell.train("python_function")
        assert record.failure is None, str(record.failure)
    finally:
        for service in (mlflow, tiled):
            service.stop()
    assert not client.containers.list(all=True, filters={"label": f"{LABEL}={_mine()}"})


def test_a_container_that_cannot_start_shows_the_end_of_its_log() -> None:
    began = time.monotonic()
    with pytest.raises(StartError, match=r"ended with status 2(.|\n)*No such option.*--no-such-option"):
        mlflow_container(engine(), "2", ["--no-such-option"])
    assert time.monotonic() - began < 60
    assert not engine().containers.list(all=True, filters={"label": f"{LABEL}={_mine()}"})


def test_no_image_holds_an_address_or_a_secret() -> None:
    """What a build was configured with must not stay in what it made."""
    for image in ("compat-mlflow-2", "compat-mlflow-3", "compat-tiled", "compat-postgres"):
        history = engine().images.get(image).history()
        steps = "\n".join(str(layer["CreatedBy"]) for layer in history)
        assert "://" not in steps.replace("http://127.0.0.1", "").replace("sqlite://", ""), steps


def _mine() -> str:

    return f"{socket.gethostname()} {os.getpid()}"
