"""Pythons that are too old for MLflow 3, in files that install it."""

import pytest

from codemod.engine import migrate
from codemod.findings import State
from codemod.settings import Settings

OLD = [
    ("conda.yaml", "dependencies:\n- python=3.8\n- mlflow\n"),
    ("conda.yaml", 'dependencies:\n  - conda-forge::python==3.9.*\n  - pip:\n    - "mlflow>=2"\n'),
    ("environment.yml", "dependencies:\n  - python >=3.6,<3.10\n  - mlflow-skinny\n"),
    ("python_env.yaml", "python: 3.8.10\ndependencies:\n- mlflow\n"),
    ("Dockerfile", "FROM --platform=linux/amd64 docker.io/library/python:3.9-slim AS base\nRUN pip install mlflow\n"),
    ("Dockerfile", "ARG V=3.8\nFROM python:${V}-slim\nENV MLFLOW_TRACKING_URI=http://mlflow:5000\n"),
    ("setup.sh", "conda create -y -n app python=3.7\npip install mlflow\n"),
    (".github/workflows/a.yml", "with:\n  python-version: '3.9'\nrun: pip install mlflow\n"),
    (".github/workflows/a.yml", "python-version: ['3.8', '3.10']\nrun: pip install mlflow\n"),
    ("Pipfile", '[packages]\nmlflow = "*"\n[requires]\npython_version = "3.9"\n'),
    ("setup.cfg", "[options]\npython_requires = >=3.7,<3.9\ninstall_requires =\n  mlflow\n"),
    ("pyproject.toml", '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.8,<3.10"\ndependencies = ["mlflow"]\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\npython = "~3.9"\nmlflow = "*"\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.9"\nmlflow = "*"\n'),
]  # fmt: skip

NEW_ENOUGH = [
    ("conda.yaml", "dependencies:\n- python=3.11\n- python>=3.8\n- python\n- python-dateutil=2.8\n- mlflow\n"),
    ("conda.yaml", "name: mlflow-example\ndependencies:\n- python=3.8\n- numpy\n"),
    ("python_env.yaml", "python: '3.10'\ndependencies:\n- mlflow\n"),
    ("Dockerfile", "FROM python:3.12\nFROM python:3-slim\nFROM python:$V\nFROM my/python:latest\nRUN pip install mlflow\n"),
    ("Dockerfile", "# FROM python:3.8\nFROM python:3.10.4\nRUN pip install mlflow\n"),
    ("Dockerfile", "FROM python:3.8\nRUN pip install neptune-mlflow mlflow-rest-client\n"),
    (".github/workflows/a.yml", "python-version: ['3.10', '3.x', 3.12]\nrun: pip install mlflow\n"),
    ("setup.cfg", "[options]\npython_requires = >=3.7\ninstall_requires =\n  mlflow\n"),
    ("pyproject.toml", '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.8"\ndependencies = ["mlflow"]\n'),
    ("pyproject.toml", '[tool.poetry.dependencies]\npython = ">=3.10,<3.13"\nmlflow = "*"\n'),
]  # fmt: skip


def messages(path: str, text: str, **changes: object) -> list[str]:
    outcome = migrate(path, text.encode(), Settings(unsafe=True, select=("MLF502",), **changes))
    assert outcome.new == text.encode()
    return [finding.message for finding in outcome.findings]


@pytest.mark.parametrize(("path", "text"), OLD)
def test_too_old(path: str, text: str) -> None:
    (message,) = messages(path, text)
    assert "MLflow 3.2 and later need Python 3.10" in message


@pytest.mark.parametrize(("path", "text"), NEW_ENOUGH)
def test_new_enough(path: str, text: str) -> None:
    assert messages(path, text) == []


def test_the_first_releases_ran_on_3_9() -> None:
    text = "dependencies:\n- python=3.9\n- mlflow\n"
    assert messages("conda.yaml", text, target="3.1") == []
    assert messages("conda.yaml", text.replace("3.9", "3.8"), target="3.1") != []


def test_a_list_says_which_one() -> None:
    (message,) = messages(
        ".github/workflows/a.yml", "python-version: ['3.8', '3.9', '3.10']\nrun: pip install mlflow\n"
    )
    assert message.startswith("Python 3.8, 3.9 of")


def test_where_mlflow_2_stays_its_python_does_too() -> None:
    text = b"dependencies:\n- python=3.8\n- mlflow<3  # noqa: MLF502\n"
    outcome = migrate("conda.yaml", text, Settings(select=("MLF502",)))
    assert outcome.state is State.SUPPRESSED
