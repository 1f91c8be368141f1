import train
from fakes.infos import run
from fakes.runs import Run


def test_start(monkeypatch):
    monkeypatch.setattr("mlflow.start_run", Run)
    monkeypatch.setattr("mlflow.xgboost.log_model", lambda model, **keywords: None)
    monkeypatch.setattr("mlflow.xgboost.load_model", lambda uri: uri)
    assert train.start(3) == "/a/model"
    assert train.name(run()) == "1"
