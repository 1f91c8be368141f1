import mlflow
import pytest


@pytest.fixture
def logged(monkeypatch):
    paths = []

    def fake(model, artifact_path, **options):
        paths.append(artifact_path)

    for flavor in ("sklearn", "xgboost"):
        monkeypatch.setattr(f"mlflow.{flavor}.log_model", fake)
    return paths


@pytest.fixture(params=["a"])
def quiet(monkeypatch):
    for name in ("log_metric", "evaluate"):
        monkeypatch.setattr(mlflow, name, lambda *given: None)
