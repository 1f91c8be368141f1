"""The fixtures: nothing starts unless asked for, one server for a session however many workers it has, one experiment a test."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

# A server that only notes when it begins and ends.
CONFTEST = """
import contextlib, os, pathlib, types
import compat_tests.verify.shared_servers as shared

@contextlib.contextmanager
def stand_in(line, folder):
    notes = pathlib.Path(os.environ["NOTES"])
    with (notes / "started").open("a") as stream:
        stream.write(line + "\\n")
    yield types.SimpleNamespace(uri=f"http://127.0.0.1:{line}", version=f"{line}.0.0")
    with (notes / "stopped").open("a") as stream:
        stream.write(line + "\\n")

shared.open_tracking_server = stand_in
"""

TESTS = """
import os, pathlib, time
import pytest

NOTES = pathlib.Path(os.environ["NOTES"])

@pytest.mark.parametrize("number", range(6))
def test_one(mlflow_server, number):
    assert os.environ["MLFLOW_TRACKING_URI"] == mlflow_server.uri == "http://127.0.0.1:3"
    assert os.environ["MLFLOW_EXPERIMENT_NAME"] == mlflow_server.experiment
    with (NOTES / "experiments").open("a") as stream:
        stream.write(mlflow_server.experiment + "\\n")
    time.sleep(1.5 if number == 5 else 0.05)
    stopped = NOTES / "stopped"
    assert not (stopped.exists() and "3" in stopped.read_text())  # another worker may be done with the other line

def test_both(mlflow2_server, mlflow3_server):
    assert (mlflow2_server.version, mlflow3_server.version) == ("2.0.0", "3.0.0")
    assert mlflow2_server.variables["MLFLOW_TRACKING_URI"] == "http://127.0.0.1:2"
    assert "MLFLOW_TRACKING_URI" not in os.environ
"""


def run(folder: Path, tests: str, *options: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    variables = {key: value for key, value in os.environ.items() if not key.startswith(("MLFLOW", "PYTEST_"))}
    # By name and not by its entry point: an environment may hold an older installation.
    variables |= {"PYTHONPATH": str(ROOT), "NOTES": str(folder), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    plugins = ["-p", "xdist", "-p", "compat_tests.verify.pytest_plugin"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", *plugins, f"--basetemp={folder / 'base'}", "test_it.py", *options],
        cwd=folder, env=variables, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("workers", ["0", "2"])
def test_one_server_of_each_line_serves_all_workers(tmp_path: Path, workers: str) -> None:
    done = run(tmp_path, TESTS, "-n", workers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "7 passed" in done.stdout
    started = (tmp_path / "started").read_text().split()
    assert sorted(set(started)) == ["2", "3"]
    assert sorted((tmp_path / "stopped").read_text().split()) == sorted(started)
    assert started.count("3") == 1
    experiments = (tmp_path / "experiments").read_text().split()
    assert len(set(experiments)) == 6
    assert all(name.startswith("test_it.py-test_one-") for name in experiments)


def test_the_line_is_an_option(tmp_path: Path) -> None:
    tests = "def test_it(mlflow_server):\n    assert mlflow_server.version == '2.0.0'\n"
    assert run(tmp_path, tests, "--mlflow-line", "2").returncode == 0


def test_without_the_fixtures_nothing_starts_and_nothing_heavy_is_loaded(tmp_path: Path) -> None:
    heavy = {"compat_tests.environments", "compat_tests.verify.shared_servers", "filelock", "psutil", "uv", "mlflow"}
    tests = f"import sys\n\ndef test_it():\n    assert not {heavy!r} & set(sys.modules)\n"
    (tmp_path / "plain").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "compat_tests.verify.pytest_plugin", "test_it.py"],
        cwd=_written(tmp_path / "plain", tests), capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert not (tmp_path / "started").exists()


def _written(folder: Path, tests: str) -> Path:
    (folder / "test_it.py").write_text(tests, encoding="utf-8")
    return folder
