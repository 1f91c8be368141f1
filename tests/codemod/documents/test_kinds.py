"""Which files are dependency and deployment files."""

import json
import re

import pytest

from codemod.cli.outputs import FORMATS, _rendered
from codemod.dependencies import is_dependency_file
from codemod.documents.kinds import kind_of
from codemod.engine import migrate
from codemod.reports import text
from codemod.reports.base import Report, place_text
from codemod.settings import Settings


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("requirements.txt", "requirements"),
        ("a/requirements-dev.txt", "requirements"),
        ("dev-requirements.txt", "requirements"),
        ("dev_requirements.in", "requirements"),
        ("requirements/base.txt", "requirements"),
        ("constraints-2.txt", "requirements"),
        ("requirements.lock", "requirements"),
        ("pyproject.toml", "pyproject"),
        ("Pipfile", "pipfile"),
        ("setup.cfg", "setup.cfg"),
        ("package.json", "data"),
        ("conf/settings.toml", "data"),
        ("conda.yaml", "conda"),
        ("conda-batch-inference.yaml", "conda"),
        ("environment.yml", "conda"),
        ("environment-dev.yaml", "conda"),
        ("python_env.yaml", "python_env"),
        ("Dockerfile", "shell"),
        ("Dockerfile.mlflow", "shell"),
        ("docker/mlflow.Dockerfile", "shell"),
        ("Dockerfile-mlflow", "shell"),
        ("run.sh", "shell"),
        ("Makefile", "shell"),
        ("docker-compose.override.yml", "yaml"),
        ("compose.yaml", "yaml"),
        (".github/workflows/test.yml", "yaml"),
        ("sub/.github/workflows/test.yaml", "yaml"),
        (".gitlab-ci.yml", "yaml"),
        ("MLproject", "yaml"),
        ("k8s/server.yaml", "yaml"),
        ("config.yaml", "yaml"),
        ("conf/base/tracking.yml", "yaml"),
        ("charts/mlflow/values.yaml", "yaml"),
        ("requirements2.txt", "requirements"),
        ("reqs.txt", "requirements"),
        ("tox.ini", "tox"),
        (".env", "shell"),
        (".env.example", "shell"),
        ("prod.env", "shell"),
        ("poetry.lock", "lock"),
        ("uv.lock", "lock"),
        ("Pipfile.lock", "lock"),
        ("conda-lock.yml", "lock"),
        ("C:\\work\\requirements.txt", "requirements"),
    ],
)
def test_named_kinds(path: str, kind: str) -> None:
    assert kind_of(path) == kind
    assert is_dependency_file(path)


@pytest.mark.parametrize(
    "path",
    [
        "setup.py", "requirements.py", "README.md", "data.txt", "train.ipynb", "requirements",
        "mlruns/0/abc/artifacts/model/requirements.txt", "mlartifacts/1/model/conda.yaml", "requirements.md",
        "myenvironments.yaml.bak",
    ],
)  # fmt: skip
def test_other_files(path: str) -> None:
    assert not is_dependency_file(path)


def test_a_notebook_whose_name_is_written_in_capitals() -> None:
    """What opens it, what tells its places, and what finds its lines in the file ask the same question."""
    cells = [{"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
             for source in ("import mlflow\n", "x = 1\nmlflow.xgboost.log_model(b, artifact_path='m')\n")]  # fmt: skip
    data = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}, indent=1).encode()
    shown = []
    for path in ("b.ipynb", "B.IPYNB"):
        outcome = migrate(path, data, Settings())
        (finding,) = outcome.findings
        assert place_text(path, finding) == f"{path}: cell 2, line 2"
        report = Report("check", Settings(), (outcome,))
        rendered = {form: _rendered(report, form, text.Options(), statistics=True).lower() for form in FORMATS}
        shown.append({form: re.sub(r"\b[0-9a-f]{32,}\b", "", said) for form, said in rendered.items()})  # of the path
    assert shown[0] == shown[1]
