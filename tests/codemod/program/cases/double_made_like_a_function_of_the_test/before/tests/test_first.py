from unittest import mock

import app.first


def old(xgb_model, artifact_path, registered_model_name=None): ...


def test_train(monkeypatch):
    fake = mock.create_autospec(old)
    monkeypatch.setattr("app.first.mlflow.xgboost.log_model", fake)
    app.first.train(1)
    assert fake.called
