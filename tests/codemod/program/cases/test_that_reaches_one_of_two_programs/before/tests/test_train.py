from unittest.mock import MagicMock, patch

import train
from app.names import NAME


@patch("train.mlflow")
def test_train(mlflow):
    train.train(1)
    mlflow.onnx.log_model.assert_called_with(1, NAME)


def test_screen():
    canvas = MagicMock()
    assert canvas.toolbar.method_calls == []
