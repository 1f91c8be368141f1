import mlflow
import pytest


@pytest.fixture
def imported_client():
    return mlflow.MlflowClient()
