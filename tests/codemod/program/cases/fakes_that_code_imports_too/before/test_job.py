import app.job
from app.offline import Client


def test_identifiers(monkeypatch):
    monkeypatch.setattr(app.job.mlflow, "MlflowClient", Client)
    assert app.job.identifiers() == ["abc"]
