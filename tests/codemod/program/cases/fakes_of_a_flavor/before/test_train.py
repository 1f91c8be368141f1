from types import SimpleNamespace
from unittest.mock import MagicMock, patch

import pytest
import train


class Recorder:
    def __init__(self):
        self.calls = []

    def __getattr__(self, name):
        def record(*given, **named):
            self.calls.append((name, given, named))

        return record


def test_xgboost(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr("train.mlflow.xgboost", recorder)
    monkeypatch.setattr(train, "onnx", SimpleNamespace(log_model=lambda model, artifact_path: None))
    train.train(1)
    assert recorder.calls == [("log_model", (1, "model"), {})]


def test_all():
    fake = MagicMock(**{"xgboost.log_model.side_effect": lambda model, artifact_path: None})
    with patch.object(train, "mlflow", fake):
        train.train(1)


@pytest.fixture(params=["mlflow.onnx.log_model"])
def replaced(request):
    return request.param


def test_each(monkeypatch, replaced):
    def fake(model, artifact_path):
        assert artifact_path == "exported"

    monkeypatch.setattr(replaced, fake)
    train.train(1)
