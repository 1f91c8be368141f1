"""`verify` on real servers: a project whose reader runs is equal, and without the fix of its reader it fails where that stands."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from compat_tests import environments
from compat_tests.environments import PROJECT

TRAIN = """\
import sys

import mlflow
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

from batch import score

data = load_iris()
mlflow.set_experiment("iris")
with mlflow.start_run(run_name="search"):
    for c in (0.1, 1.0):
        with mlflow.start_run(nested=True) as run:
            model = LogisticRegression(C=c, max_iter=500).fit(data.data, data.target)
            mlflow.log_param("C", c)
            mlflow.log_metric("accuracy", model.score(data.data, data.target))
            mlflow.sklearn.log_model(
                model, "model", input_example=data.data[:3], registered_model_name="iris", pip_requirements=["scikit-learn"]
            )
client = mlflow.MlflowClient()
client.transition_model_version_stage("iris", 2, "Production")
if "score" in sys.argv:
    score(run.info.run_id)
"""

BATCH = """\
import mlflow


def score(run_id):
    run = mlflow.get_run(run_id)
    model = mlflow.sklearn.load_model(f"{run.info.artifact_uri}/model")
    with mlflow.start_run(run_name="score"):
        mlflow.log_metric("class", int(model.predict([[5.0, 3.4, 1.5, 0.2]])[0]))
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project in MLflow 2 style: a search with child runs, a stage, and a reader by ``artifact_uri``."""
    folder = tmp_path / "project"
    folder.mkdir()
    for name, text in (
        ("train.py", TRAIN),
        ("batch.py", BATCH),
        ("requirements.txt", "mlflow>=2.10,<3\nscikit-learn\n"),
    ):
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def verify(project: Path, *options: str, command: tuple[str, ...]) -> Mapping[str, Any]:
    """Verify a project with the interpreters of the matrix; return the JSON."""
    file = project.parent / "proof.json"
    pythons = [part for line in "23" for part in (f"--python{line}", str(environments.client(line).python))]
    done = subprocess.run(
        [sys.executable, "-m", "codemod", "verify", str(project), *pythons, "--output", f"json={file}", *options, "--", *command],
        cwd=project.parent, env={**os.environ, "PYTHONPATH": str(PROJECT)}, capture_output=True, text=True,
    )  # fmt: skip
    assert file.exists(), done.stderr
    proof: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    assert done.returncode == proof["exit_code"], done.stdout + done.stderr
    return proof


def test_what_runs_on_both_lines_is_equal_and_every_changed_place_ran(project: Path) -> None:
    before = {path: path.read_bytes() for path in project.iterdir()}
    proof = verify(project, command=("python", "train.py", "score"))
    rows = proof["cells"][0]["rows"]
    assert proof["verdict"] == "equal", [row for row in rows if row["status"] != "equal"]
    assert {place["ran"] for place in proof["places"] if place["path"].endswith(".py")} == {"ran"}
    assert {"MLF101", "MLF201", "MLF301"} <= {place["code"] for place in proof["places"]}
    kinds = {row["kind"] for row in rows}
    assert {
        "run",
        "param",
        "metric",
        "model",
        "signature",
        "registered model",
        "version",
        "stage",
        "prediction",
    } <= kinds
    assert {row["rule"] for row in rows if row["kind"] == "model"} == {"MLF204"}
    assert sum(row["kind"] == "run" for row in rows) == 4
    assert {path: path.read_bytes() for path in project.iterdir()} == before


def test_a_reader_by_artifact_uri_fails_without_its_rule_and_is_named(project: Path) -> None:
    proof = verify(project, "--ignore", "MLF201", command=("python", "train.py", "score"))
    assert proof["verdict"] == "failed"
    assert proof["failure"]["world"] == "3"
    assert proof["failure"]["place"].startswith("batch.py:6: model = mlflow.sklearn.load_model(")
    assert [finding["code"] for finding in proof["failure"]["findings"]] == ["MLF201"]
    # What was recorded until then is compared all the same.
    assert {row["key"] for row in proof["cells"][0]["rows"] if row["status"] == "only in 2"} >= {"iris / score"}
