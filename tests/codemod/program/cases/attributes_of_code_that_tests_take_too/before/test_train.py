import train
from latest.paths import Paths


def test_start(monkeypatch):
    monkeypatch.setattr("mlflow.xgboost.load_model", lambda uri: uri)
    assert train.start(3) and Paths()
