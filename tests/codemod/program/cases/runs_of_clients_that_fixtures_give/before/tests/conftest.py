import mlflow
import pytest
from mlflow import MlflowClient


@pytest.fixture
def archive(tmp_path):
    return MlflowClient(tracking_uri=f"sqlite:///{tmp_path}/archive.db")


@pytest.fixture
def archived(archive):
    return archive.search_runs(["0"])[0]


@pytest.fixture
def current(tmp_path):
    uri = f"sqlite:///{tmp_path}/current.db"
    mlflow.set_tracking_uri(uri)
    return MlflowClient(tracking_uri=uri)
