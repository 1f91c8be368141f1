import mlflow
import pytest
from more_fixtures import imported_client

pytest_plugins = ["fixtures.plugin"]


@pytest.fixture(name="named_client")
def _client():
    return mlflow.MlflowClient()


@pytest.fixture
def other():
    return object()
