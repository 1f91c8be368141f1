from unittest import mock

import app.first


def test_train(monkeypatch):
    fake = mock.create_autospec(app.first.mlflow.xgboost.log_model)
    monkeypatch.setattr("app.first.mlflow.xgboost.log_model", fake)
    app.first.train(1)
    assert fake.called
