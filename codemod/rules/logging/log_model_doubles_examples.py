"""The examples of MLF101 in and beside tests that stand in for `log_model`."""

from __future__ import annotations

from codemod.rules.base import fixed, reported, untouched
from codemod.settings import Double, Project

EXAMPLES = (
    reported(
        "arguments that may hold it",
        "import mlflow\n\nclass Dataset(Base):\n    def save(self, model):\n        self._mlflow_module.log_model(model, **self._save_args)\n",
    ),
    reported(
        "what a test expects of a mock",
        'from unittest.mock import patch\nwith patch("mlflow.sklearn.log_model") as mock_log_model:\n    train()\n'
        'mock_log_model.assert_called_once_with(model, artifact_path="model")\n',
    ),
    reported(
        "what a test expects by position",
        'def test_train(mock_mlflow):\n    train()\n    mock_mlflow.sklearn.log_model.assert_called_with(model, "model")\n',
    ),
    untouched(
        "what a test expects of artifacts",
        'def test_train(mock_mlflow):\n    mock_mlflow.log_artifact.assert_called_with("a.txt", artifact_path="model")\n',
    ),
    untouched(
        "a test of the new form",
        'def test_train(mock_mlflow):\n    mock_mlflow.sklearn.log_model.assert_called_with(model, name="model")\n',
    ),
    reported(
        "what a test reads of a call that a mock recorded",
        'from unittest.mock import patch\n\n@patch("train.mlflow.sklearn.log_model")\ndef test_train(log_model):\n    train()\n'
        '    assert log_model.call_args.kwargs["artifact_path"] == "model"\n',
    ),
    reported(
        "a fake that takes the old argument",
        "import mlflow\n\ndef test_train(monkeypatch):\n"
        '    monkeypatch.setattr(mlflow.sklearn, "log_model", lambda model, artifact_path: None)\n    train()\n',
    ),
    reported(
        "a fake that reads the old argument",
        'import mlflow\n\ndef fake(*args, **kwargs):\n    SEEN.append(kwargs["artifact_path"])\n\n'
        'def test_train(monkeypatch):\n    monkeypatch.setattr("train.mlflow.sklearn.log_model", fake)\n    train()\n',
    ),
    reported(
        "code whose arguments a test looks at",
        'import mlflow\nmlflow.xgboost.log_model(booster, "model")\n',
        project=Project(doubles=frozenset({Double("mlflow.xgboost.log_model", "", "arguments", "test_it.py:3")})),
    ),
    fixed(
        "a test of another flavor",
        'import mlflow\nmlflow.xgboost.log_model(booster, "model")\n',
        'import mlflow\nmlflow.xgboost.log_model(booster, name="model")\n',
        project=Project(doubles=frozenset({Double("mlflow.onnx.log_model", "", "arguments", "test_it.py:3")})),
    ),
    untouched(
        "a fake that takes everything",
        "import mlflow\n\ndef test_train(monkeypatch):\n"
        '    monkeypatch.setattr(mlflow.sklearn, "log_model", lambda *args, **kwargs: None)\n    train()\n',
    ),
    untouched(
        "a mock that is not asked for the path",
        'from unittest.mock import patch\n\ndef test_train():\n    with patch("train.mlflow.sklearn.log_model") as log_model:\n'
        '        train()\n    assert log_model.call_args.kwargs["signature"]\n',
    ),
)
