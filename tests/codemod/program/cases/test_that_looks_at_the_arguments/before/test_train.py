from unittest.mock import patch

import train


@patch("train.mlflow.onnx.log_model")
def test_train(log_model):
    train.train(1)
    assert log_model.call_args.args[1] == "model"
