"""What the README says of ``examples/``, run: the scripts work on MLflow 2, fail on MLflow 3, and work there after the codemod."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from compat_tests import on_mlflow_2
from compat_tests.environments import PROJECT
from compat_tests.programs import ProgramResult

EXAMPLES = PROJECT / "examples"

# Script -> how MLflow 3 refuses it as it is.
SCRIPTS = {
    "train_sklearn.py": "MlflowException: The saved sklearn model references untrusted types",
    "train_pytorch.py": "MlflowException: If `serialization_format` is set to 'pt2', then input_example is required",
}


def programs(folder: Path) -> dict[str, str]:
    """Return a program for each script: it runs it with MLflow's default store, as its author would; the result is what it prints."""
    return {name: _program(name, (folder / name).read_text(encoding="utf-8")) for name in SCRIPTS}


def _program(name: str, text: str) -> str:
    return (
        "import contextlib, io, os, pathlib, runpy\n"
        "del os.environ['MLFLOW_TRACKING_URI']\n"
        f"pathlib.Path({name!r}).write_text({text!r}, encoding='utf-8')\n"
        "with contextlib.redirect_stdout(io.StringIO()) as stream:\n"
        f"    runpy.run_path({name!r}, run_name='__main__')\n"
        "result = stream.getvalue()\n"
    )


def printed(outcome: ProgramResult) -> str:
    """Return what a script printed, without the ids of its runs and what MLflow says between."""
    assert outcome.error is None
    return "\n".join(
        re.sub(r"\b[0-9a-f]{32}\b", "<id>", line)
        for line in outcome.result.splitlines()
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


@pytest.fixture(scope="module")
def outcomes(client_line: str, migrated: Path) -> Mapping[str, ProgramResult]:
    """How the scripts end on the line under test, as they are and after ``apply``."""
    after = {f"migrated {name}": text for name, text in programs(migrated).items()}
    return on_mlflow_2.run(client_line, {**programs(EXAMPLES), **after})


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_as_it_is(name: str, client_line: str, outcomes: Mapping[str, ProgramResult]) -> None:
    if client_line == "2":
        assert printed(outcomes[name])
    else:
        assert SCRIPTS[name] in str(outcomes[name].error)


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_migrated_script(name: str, client_line: str, outcomes: Mapping[str, ProgramResult]) -> None:
    after = outcomes[f"migrated {name}"]
    if client_line == "2":
        assert str(after.error).startswith("TypeError: log_model()")  # why code and client move together
    else:
        before = on_mlflow_2.known(programs(EXAMPLES))[name]
        assert printed(after) == printed(before)
