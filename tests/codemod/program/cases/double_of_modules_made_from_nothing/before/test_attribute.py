import importlib
import sys
import types
from unittest import mock
def test_score():
    stub = types.ModuleType("mlflow")
    stub.evaluate = mock.Mock()
    stub.evaluate.return_value.metrics = {"r2_score": 0.75}
    with mock.patch.dict(sys.modules, {"mlflow": stub}):
        assert importlib.import_module("scorer").score("m", None) == {"r2_score": 0.75}
