"""The fixture `mlflow_server` in the client's interpreter: the test uses its server, and what the client was set to before comes back."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from compat_tests import on_mlflow_2
from compat_tests.programs import ProgramResult

CONFTEST = """\
import contextlib, pathlib, types
import compat_tests.verify.shared_servers as shared

@contextlib.contextmanager
def store(line, folder):  # what the client is set to is asked here, and a store in a file needs no server
    yield types.SimpleNamespace(uri=f"sqlite:///{pathlib.Path.cwd()}/server.db", version="")

shared.open_tracking_server = store
"""

TESTS = """\
import os

def state():
    from mlflow.tracking import fluent
    variables = {name: value for name, value in os.environ.items() if name.startswith("MLFLOW")}
    return mlflow.get_tracking_uri(), mlflow.get_registry_uri(), fluent._get_experiment_id(), variables

def test_before():
    global before
    before = state()

def test_with_the_server(mlflow_server):
    assert mlflow.get_tracking_uri() == mlflow.get_registry_uri() == mlflow_server.uri
    run = mlflow.start_run()  # is left open, as by a test that fails
    assert mlflow.get_experiment(run.info.experiment_id).name == mlflow_server.experiment

def test_after():
    assert mlflow.active_run() is None
    assert state() == before
"""


STARTS = {"import": "import mlflow\n", "set": "import mlflow\nmlflow.set_experiment('own')\n"}


def _program(start: str) -> str:
    """Return a program that runs the tests after a beginning, where nothing else has set the client; its result is what pytest says."""
    return (
        "import contextlib, io, os, pathlib, shutil, sys\n"
        "del os.environ['MLFLOW_TRACKING_URI']\n"
        "os.environ['PYTEST_DISABLE_PLUGIN_AUTOLOAD'] = '1'\n"
        "shutil.copyfile('mlflow.db', 'server.db')\n"
        f"pathlib.Path('conftest.py').write_text({CONFTEST!r}, encoding='utf-8')\n"
        f"pathlib.Path('test_it.py').write_text({start + TESTS!r}, encoding='utf-8')\n"
        "import pytest\n"
        "with contextlib.redirect_stdout(io.StringIO()) as said:\n"
        "    status = pytest.main(['-q', '-p', 'compat_tests.verify.pytest_plugin', 'test_it.py'])\n"
        "result = [int(status), said.getvalue()]\n"
    )


@pytest.fixture(scope="module")
def outcomes(client_line: str) -> Mapping[str, ProgramResult]:
    """What pytest says after each beginning."""
    return on_mlflow_2.run(client_line, {name: _program(start) for name, start in STARTS.items()})


@pytest.mark.parametrize("start", STARTS)
def test_the_client_is_turned_back_after_the_test(start: str, outcomes: Mapping[str, ProgramResult]) -> None:
    assert outcomes[start].error is None
    status, said = outcomes[start].result
    assert status == 0, said
    assert "3 passed" in said
