"""The cell under test: the running interpreter is its client, ``--server`` names its server's line."""

from __future__ import annotations

import importlib.metadata
import shlex
from collections.abc import Iterator

import pytest

from compat_tests import environments
from compat_tests.cells import Cell, open_cell


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the options that choose a cell."""
    group = parser.getgroup("compat_tests")
    group.addoption("--server", choices=["2", "3"], default="3", help="line of MLflow of the tracking server")
    group.addoption("--codemod", default="", help="more options of `codemod apply`, such as '--ignore MLF104'")


@pytest.fixture(scope="session")
def client_line() -> str:
    """Line of the MLflow client that is under test."""
    return importlib.metadata.version("mlflow").split(".")[0]


@pytest.fixture(scope="session")
def server_line(pytestconfig: pytest.Config) -> str:
    """Line of the tracking server that is under test."""
    return str(pytestconfig.getoption("--server"))


@pytest.fixture(scope="session")
def cell(
    client_line: str, server_line: str, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Cell]:
    """The cell under test. Clients of MLflow 3 run what the codemod made of the training code."""
    with open_cell(
        environments.client(client_line),
        server_line,
        tmp_path_factory.mktemp("cell"),
        migrated=client_line == "3",
        codemod_options=shlex.split(pytestconfig.getoption("--codemod")),
    ) as cell:
        yield cell
