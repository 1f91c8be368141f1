import pytest
from mlflow.tracking import MlflowClient


@pytest.fixture
def client(tmp_path):
    return MlflowClient(tracking_uri=f"sqlite:///{tmp_path}/t.db")
