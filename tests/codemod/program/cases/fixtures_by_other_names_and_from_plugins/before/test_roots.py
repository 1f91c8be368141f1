import mlflow
import pytest


@pytest.fixture(name="own_client")
def make_client():
    return mlflow.MlflowClient()


def test_roots(named_client, plugin_client, imported_client, own_client, other):
    with mlflow.start_run() as run:
        mlflow.pyfunc.log_model(name="linreg", python_model=lambda x: x)
    run_id = run.info.run_id
    assert [each.path for each in named_client.list_artifacts(run_id)] == ["linreg"]
    assert [each.path for each in plugin_client.list_artifacts(run_id)] == ["linreg"]
    assert [each.path for each in imported_client.list_artifacts(run_id)] == ["linreg"]
    assert [each.path for each in own_client.list_artifacts(run_id)] == ["linreg"]
    assert [each.path for each in other.list_artifacts(run_id)] == ["linreg"]
