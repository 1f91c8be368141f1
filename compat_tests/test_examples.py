"""What the README says of ``examples/``, run: the scripts work on MLflow 2, fail on MLflow 3, and work there after the codemod."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from compat_tests import environments
from compat_tests.environments import PROJECT, Environment

EXAMPLES = PROJECT / "examples"

# Script -> how MLflow 3 refuses it as it is.
SCRIPTS = {
    "train_sklearn.py": "MlflowException: The saved sklearn model references untrusted types",
    "train_pytorch.py": "MlflowException: If `serialization_format` is set to 'pt2', then input_example is required",
}


def run(client: Environment, script: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a new folder, with MLflow's default store, as its author would."""
    folder.mkdir()
    # Nothing here is about the inference of requirements, which loads each model again in a process of its own.
    variables = client.variables({"MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "0"})
    return subprocess.run(client.command(str(script)), cwd=folder, env=variables, capture_output=True, text=True)


def printed(client: Environment, script: Path, folder: Path) -> str:
    """Return what a script prints, without the ids of its runs and what MLflow says between."""
    result = run(client, script, folder)
    assert result.returncode == 0, result.stderr[-4000:]
    return "\n".join(
        re.sub(r"\b[0-9a-f]{32}\b", "<id>", line)
        for line in result.stdout.splitlines()
        if line.startswith(("run ", "logged by run", "first labels"))
    )


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the examples after ``apply``."""
    folder = Path(shutil.copytree(EXAMPLES, tmp_path_factory.mktemp("migrated") / "examples"))
    command = [sys.executable, "-m", "codemod", "apply", *map(str, (folder / name for name in SCRIPTS))]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    return folder


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_as_it_is(name: str, client_line: str, tmp_path: Path) -> None:
    client = environments.client(client_line)
    if client_line == "2":
        assert printed(client, EXAMPLES / name, tmp_path / "run")
    else:
        result = run(client, EXAMPLES / name, tmp_path / "run")
        assert result.returncode == 1
        assert SCRIPTS[name] in result.stderr


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_migrated_script(name: str, client_line: str, migrated: Path, tmp_path: Path) -> None:
    client = environments.client(client_line)
    if client_line == "2":
        result = run(client, migrated / name, tmp_path / "run")
        assert result.returncode == 1
        assert "TypeError: log_model()" in result.stderr  # why code and client move together
    else:
        before = printed(environments.client("2"), EXAMPLES / name, tmp_path / "before")
        assert printed(client, migrated / name, tmp_path / "after") == before
