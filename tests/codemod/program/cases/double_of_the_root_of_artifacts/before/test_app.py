from types import SimpleNamespace
from unittest.mock import MagicMock

import app


def test_train(monkeypatch):
    run = MagicMock()
    run.__enter__.return_value = SimpleNamespace(info=SimpleNamespace(artifact_uri="file:/x"))
    monkeypatch.setattr(app.mlflow, "start_run", lambda: run)
    monkeypatch.setattr("mlflow.xgboost.load_model", lambda uri: uri)
    monkeypatch.setattr("mlflow.xgboost.log_model", MagicMock())
    assert app.train("m") == "file:/x/model"
