"""The fixture `mlflow_server` in the client's interpreter: the test uses its server, and what the client was set to before comes back."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from compat_tests.environments import PROJECT

CONFTEST = """\
import contextlib, pathlib, types
import compat_tests.verify.shared_servers as shared

@contextlib.contextmanager
def store(line, folder):  # what the client is set to is asked here, and an sqlite file needs no server
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


@pytest.mark.parametrize("start", ["import mlflow\n", "import mlflow\nmlflow.set_experiment('own')\n"])
def test_the_client_is_turned_back_after_the_test(tmp_path: Path, start: str) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (tmp_path / "test_it.py").write_text(start + TESTS, encoding="utf-8")
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW", "PYTEST_"))}
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "compat_tests.verify.pytest_plugin", "test_it.py"],
        cwd=tmp_path, capture_output=True, text=True, timeout=300,
        env={**variables, "PYTHONPATH": path, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
