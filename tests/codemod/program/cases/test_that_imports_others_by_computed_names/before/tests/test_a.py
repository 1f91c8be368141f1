import importlib
from unittest.mock import patch


def test(name):
    mod = importlib.import_module(f"tests.{name}_test")
    with patch("mlflow.xgboost.log_model") as l:
        mod.fit(1)
    l.assert_called_once_with(1, artifact_path="m")
