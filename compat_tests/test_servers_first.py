"""A client of MLflow 3 on a server of MLflow 2: why servers must be upgraded first, to the letter.

Everything works until the first model is logged. The documentation repeats what is asserted here.
"""

from __future__ import annotations

import json
import textwrap
import urllib.error
import urllib.request
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from compat_tests.cells import SUBJECTS, MatrixCell
from compat_tests.records import LifeCycleRecord

ENDPOINT = "/api/2.0/mlflow/logged-models"


@pytest.fixture(scope="module")
def records(cell: MatrixCell) -> Mapping[str, LifeCycleRecord]:
    """How far each subject came."""
    longest_first = SUBJECTS[::-1]
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(longest_first, pool.map(cell.train, longest_first), strict=True))


@pytest.mark.parametrize("subject", SUBJECTS)
def test_log_model_is_the_call_that_fails(subject: str, records: Mapping[str, LifeCycleRecord]) -> None:
    record = records[subject]
    assert record.client.startswith("3.")
    assert record.server.startswith("2.")
    assert record.failure is not None, "a server of MLflow 2 has learnt about logged models: correct the documentation"
    assert record.failure.step == "train"
    assert ".log_model(" in record.failure.call
    assert record.failure.error.startswith(
        f"MlflowException: API request to endpoint {ENDPOINT} failed with error code 404 != 200."
    )


def test_what_came_before_is_recorded_and_nothing_is_registered(
    records: Mapping[str, LifeCycleRecord], cell: MatrixCell
) -> None:
    program = """
        import json
        import mlflow

        client = mlflow.MlflowClient()
        experiments = [experiment.experiment_id for experiment in client.search_experiments()]
        runs = client.search_runs(experiments)
        found = [(run.info.status, bool(run.data.params), bool(run.data.metrics)) for run in runs]
        print(json.dumps([found, len(client.search_model_versions())]))
    """
    done = cell.run("-c", textwrap.dedent(program))
    assert done.returncode == 0, done.stderr[-4000:]
    runs, versions = json.loads(done.stdout.splitlines()[-1])
    assert runs == [["FAILED", True, True]] * len(records)
    assert versions == 0


def test_the_server_does_not_know_the_endpoint(cell: MatrixCell) -> None:
    request = urllib.request.Request(
        f"{cell.tracking_uri}{ENDPOINT}", b'{"experiment_id": "0"}', {"Content-Type": "application/json"}, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request, timeout=10)
    assert caught.value.code == 404


def test_the_way_around_passes(cell: MatrixCell) -> None:
    """For those who cannot upgrade the server yet: save the model, log its folder, register the run's path."""
    program = """
        import tempfile
        import mlflow
        from sklearn.linear_model import LinearRegression

        model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
        with mlflow.start_run() as run, tempfile.TemporaryDirectory() as folder:
            mlflow.sklearn.save_model(
                model, f"{folder}/model", serialization_format="cloudpickle", pip_requirements=["scikit-learn"]
            )
            mlflow.log_artifacts(f"{folder}/model", "model")
        version = mlflow.MlflowClient().create_registered_model("around") and mlflow.MlflowClient().create_model_version(
            "around", f"{run.info.artifact_uri}/model", run.info.run_id
        )
        loaded = mlflow.pyfunc.load_model(f"models:/around/{version.version}")
        print("predicted", round(float(loaded.predict([[3.0]])[0]), 6))
    """
    done = cell.run("-c", textwrap.dedent(program))
    assert done.returncode == 0, done.stderr[-4000:]
    assert done.stdout.splitlines()[-1] == "predicted 3.0"
