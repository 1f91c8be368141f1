import os

import mlflow
import pytest
from mlflow import MlflowClient


@pytest.fixture
def other():
    yield MlflowClient("http://other:5000")


@pytest.fixture
def of_environment():
    return MlflowClient(os.environ["MLFLOW_TRACKING_URI"])


def test_other(other):
    run = other.search_runs(["0"])[0]
    assert mlflow.xgboost.load_model(f"{run.info.artifact_uri}/model")


def test_environment(of_environment):
    run = of_environment.search_runs(["0"])[0]
    assert mlflow.xgboost.load_model(f"{run.info.artifact_uri}/model")
