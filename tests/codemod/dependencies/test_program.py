"""Dependency files in runs of the real program."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from codemod.configuration import ConfigurationError, check_mlflow_version


def test_folder_is_searched_for_dependency_files(write: Callable[..., Path], program: Callable[..., object]) -> None:
    pins = write("requirements.txt", "mlflow==2.9.2\n")
    workflow = write(".github/workflows/test.yml", "- run: pip install mlflow==2.9.2\n")
    logged = write("saved/requirements.txt", "mlflow==2.9.2\n")
    write("saved/MLmodel", "flavors: {}\n")
    other = write("notes.txt", "mlflow==2.9.2\n")
    done = program("apply", "--unsafe", "--mlflow-version", ">=3.14,<4", ".")
    assert pins.read_text() == "mlflow>=3.14,<4\n"
    assert workflow.read_text() == '- run: pip install "mlflow>=3.14,<4"\n'
    assert logged.read_text() == other.read_text() == "mlflow==2.9.2\n"
    assert done.returncode == 0, done.stdout


def test_version_is_read_from_the_configuration(write: Callable[..., Path], program: Callable[..., object]) -> None:
    write(
        "pyproject.toml",
        '[project]\nname="a"\nversion="1"\ndependencies=["mlflow<3"]\n[tool.mlflow-codemod]\nmlflow-version = "==3.17.2"\n',
    )
    pins = write("requirements.txt", "mlflow==2.9.2\n")
    program("apply", "--unsafe")
    assert pins.read_text() == "mlflow==3.17.2\n"


@pytest.mark.parametrize("version", ["", "  ", "3.14", "<3", "==2.22.5", "latest", "^3"])
def test_versions_that_cannot_be_wanted(version: str) -> None:
    with pytest.raises(ConfigurationError, match="mlflow-version"):
        check_mlflow_version(version)


def test_standard_input(program: Callable[..., object]) -> None:
    done = program("apply", "--unsafe", "--stdin-filename", "Pipfile", "-", data=b'[packages]\nmlflow = "<3"\n')
    assert done.stdout == b'[packages]\nmlflow = ">=3,<4"\n'
