import app.job
from loading import load


def test_identifier(monkeypatch):
    monkeypatch.setattr(app.job.mlflow, "get_run", lambda name: load("run.json"))
    assert app.job.identifier("a") == "abc"
