"""The cell under test: ``--client`` and ``--server`` name the lines of its client and server; without ``--client`` the running interpreter is it."""

from __future__ import annotations

import importlib.metadata
import json
import shlex
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from codemod.mlflow_api import NEWEST
from compat_tests import environments
from compat_tests.cells import SUBJECTS, MatrixCell, living, open_cell
from compat_tests.records import LifeCycleRecord

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

_OF_PROGRAMS = ("test_rules.py", "test_project.py", "test_cases.py", "test_examples.py", "test_pytest_plugin.py")
_RECORD = environments.PROJECT / "build" / "compat" / "releases.json"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that choose a cell."""
    group = parser.getgroup("compat_tests")
    group.addoption(
        "--client", choices=["2", "3"], help="line of MLflow of the client; by default that of the running interpreter"
    )
    group.addoption("--server", choices=["2", "3"], default="3", help="line of MLflow of the tracking server")
    group.addoption("--codemod", default="", help="more options of `codemod apply`, such as '--ignore MLF104'")


@pytest.fixture(scope="session")
def client_line(pytestconfig: pytest.Config) -> str:
    """Line of the MLflow client that is under test."""
    return str(pytestconfig.getoption("--client") or importlib.metadata.version("mlflow").split(".")[0])


@pytest.fixture(scope="session")
def server_line(pytestconfig: pytest.Config) -> str:
    """Line of the tracking server that is under test."""
    return str(pytestconfig.getoption("--server"))


@pytest.fixture(scope="session")
def cell(
    client_line: str, server_line: str, pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MatrixCell]:
    """The cell under test. Clients of MLflow 3 run what the codemod made of the training code."""
    with open_cell(
        environments.client(client_line),
        server_line,
        tmp_path_factory.mktemp("cell"),
        migrated=client_line == "3",
        codemod_options=shlex.split(pytestconfig.getoption("--codemod")),
    ) as cell:
        yield cell


@pytest.fixture(scope="session")
def lived(cell: MatrixCell, request: pytest.FixtureRequest) -> Iterator[Callable[[str], LifeCycleRecord]]:
    """Return what a subject's life cycle in the cell left behind; each subject that a test asks for lives once."""
    specs = [
        item.callspec
        for item in request.session.items
        if isinstance(item, pytest.Function) and hasattr(item, "callspec")
    ]
    asked = {spec.params.get("subject") for spec in specs}
    with living(cell, [subject for subject in SUBJECTS if subject in asked]) as lived:
        yield lived


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Give one worker the tests of the rules' programs, which compute, and another one the rest, which waits for services of one cell."""
    # `--dist loadgroup` would do, but pytest-xdist 3.8 tells its groups by a part of pytest that is gone in 9.2.
    from xdist.scheduler import LoadScopeScheduling

    class ByNeed(LoadScopeScheduling):  # type: ignore[misc]  # xdist says no types
        def _split_scope(self, nodeid: str) -> str:
            return "programs" if nodeid.partition("::")[0].endswith(_OF_PROGRAMS) else "cell"

    return ByNeed(config, log)


def pytest_report_header(config: pytest.Config) -> str:
    """Return the line that says which releases are under test."""
    return f"MLflow: client {_client(config)}, server of line {config.getoption('--server')}{_newer(config)}"


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Keep which release of MLflow was tried as a client of which line of servers, and whether all tests passed."""
    if session.config.option.collectonly or not session.testscollected or hasattr(session.config, "workerinput"):
        return
    _RECORD.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(_RECORD.with_suffix(".lock")):
        kept = json.loads(_RECORD.read_text(encoding="utf-8")) if _RECORD.exists() else {}
        cell = f"client {_client(session.config)}, server {session.config.getoption('--server')}"
        newer = _newer(session.config).strip("; ")
        kept[cell] = {"passed": int(exitstatus) == 0, "tests": session.testscollected, "newer": newer}
        new = _RECORD.with_suffix(".new")
        new.write_text(json.dumps(kept, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        new.replace(_RECORD)


def _client(config: pytest.Config) -> str:
    line = config.getoption("--client")
    try:
        if line:
            return environments.client(line).release("mlflow")
        return importlib.metadata.version("mlflow")
    except importlib.metadata.PackageNotFoundError:
        return "none"


def _newer(config: pytest.Config) -> str:
    """Say that there is a newer release of this line than the one that could be installed; "" when there is none."""
    client = _client(config)
    is_older = client.startswith(f"{NEWEST.partition('.')[0]}.") and client != NEWEST
    return f"; {NEWEST} is known and was not installed" if is_older else ""
