"""Real MLflow servers for a project's own tests: fixtures that start nothing until a test asks for them.

``mlflow_server`` is a tracking server of the line that ``--mlflow-line`` names, with the client's environment set to it;
``mlflow2_server`` and ``mlflow3_server`` are the two lines side by side. Each is started once for a session, pytest-xdist's workers
included, and each test has an experiment of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from compat_tests.verify.shared_servers import ServerAddress


@dataclass(frozen=True, slots=True)
class TestServer:
    """A tracking server, as a test sees it.

    Attributes:
        uri: Its address.
        version: Release of MLflow that it runs.
        experiment: Name of an experiment that no other test uses.
    """

    __test__ = False

    uri: str
    version: str
    experiment: str

    @property
    def variables(self) -> dict[str, str]:
        """Return what a program needs in its environment to use the server and the experiment."""
        return {"MLFLOW_TRACKING_URI": self.uri, "MLFLOW_EXPERIMENT_NAME": self.experiment}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What code set in an MLflow client, None for what it did not set."""

    tracking_uri: str | None
    registry_uri: str | None
    experiment_id: str | None


_NOTHING_CHOSEN = _Chosen(None, None, None)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that chooses the line of `mlflow_server`."""
    group = parser.getgroup("mlflow-codemod")
    group.addoption(
        "--mlflow-line", choices=["2", "3"], default="3", help="line of MLflow that the fixture mlflow_server runs"
    )


@pytest.fixture(scope="session")
def _mlflow_server_of(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], ServerAddress]]:
    """Give the server of a line, started at the first call; all of them stop with the session."""
    from compat_tests.verify.shared_servers import SharedServers

    base = tmp_path_factory.getbasetemp()
    # Workers of pytest-xdist have folders of their own below the one of the session.
    with SharedServers(base.parent if hasattr(request.config, "workerinput") else base) as servers:
        yield servers.address


@pytest.fixture
def mlflow2_server(_mlflow_server_of: Callable[[str], ServerAddress], request: pytest.FixtureRequest) -> TestServer:
    """A tracking server of MLflow 2, with an experiment for this test."""
    return _for_test(_mlflow_server_of("2"), request)


@pytest.fixture
def mlflow3_server(_mlflow_server_of: Callable[[str], ServerAddress], request: pytest.FixtureRequest) -> TestServer:
    """A tracking server of MLflow 3, with an experiment for this test."""
    return _for_test(_mlflow_server_of("3"), request)


@pytest.fixture
def mlflow_server(
    _mlflow_server_of: Callable[[str], ServerAddress], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestServer]:
    """A tracking server of the line that ``--mlflow-line`` names; code that the test calls, or starts, uses it."""
    server = _for_test(_mlflow_server_of(request.config.getoption("--mlflow-line")), request)
    for name, value in server.variables.items():
        monkeypatch.setenv(name, value)
    for name in ("MLFLOW_RUN_ID", "MLFLOW_EXPERIMENT_ID"):
        monkeypatch.setenv(name, "")  # set first: monkeypatch takes away at the end only what it has seen
        monkeypatch.delenv(name)
    monkeypatch.setenv("MLFLOW_REGISTRY_URI", server.uri)
    before = _use(server) if "mlflow" in sys.modules else _NOTHING_CHOSEN
    yield server
    if "mlflow" in sys.modules:
        _leave(before)


def _for_test(address: ServerAddress, request: pytest.FixtureRequest) -> TestServer:
    from compat_tests.verify.shared_servers import unique_name

    return TestServer(address.uri, address.version, unique_name(request.node.nodeid))


def _use(server: TestServer) -> _Chosen:
    """Turn a client that is loaded already to the server: what its code set before would win over the environment.

    Returns:
        What its code had set. The client's public functions do not tell it from what the environment says; the names read here are
        the same in MLflow 2.22, 3.17 and 3.18.
    """
    import mlflow
    from mlflow.tracking import fluent
    from mlflow.tracking._model_registry import utils as registry
    from mlflow.tracking._tracking_service import utils as tracking

    before = _Chosen(
        getattr(tracking, "_tracking_uri", None),
        getattr(registry, "_registry_uri", None),
        getattr(fluent, "_active_experiment_id", None),
    )
    mlflow.set_tracking_uri(server.uri)
    mlflow.set_registry_uri(server.uri)
    mlflow.set_experiment(server.experiment)
    return before


def _leave(before: _Chosen) -> None:
    """Turn the client back, so that the next test does not record on this server."""
    import mlflow
    from mlflow.tracking import fluent

    while mlflow.active_run() is not None:  # a test that failed in the middle of a run
        mlflow.end_run("FAILED")
    mlflow.set_tracking_uri(before.tracking_uri)
    mlflow.set_registry_uri(before.registry_uri)
    fluent._active_experiment_id = before.experiment_id
