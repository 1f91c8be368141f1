from unittest.mock import MagicMock, patch, call
import train


def test_train():
    manager = MagicMock()
    with patch("mlflow.log_param") as p, patch("mlflow.xgboost.log_model") as l:
        manager.attach_mock(p, "param")
        manager.attach_mock(l, "stored")
        train.train(1)
    manager.stored.assert_called_once_with(1, artifact_path="model")
