from unittest import mock

import app.first


class Flavor:
    def log_model(self, xgb_model, artifact_path): ...


def test_train(monkeypatch):
    fake = mock.create_autospec(Flavor, instance=True)
    monkeypatch.setattr(app.first.mlflow, "xgboost", fake)
    app.first.train(1)
    assert fake.log_model.called
