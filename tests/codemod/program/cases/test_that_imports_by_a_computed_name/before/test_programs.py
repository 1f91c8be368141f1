import importlib
from unittest.mock import patch

import pytest


@pytest.mark.parametrize("name", ["other"])
@patch("mlflow.onnx.log_model")
def test_program(log_model, name):
    importlib.import_module(name).other(1)
    log_model.assert_called_with(1, name)
