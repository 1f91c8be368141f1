from unittest.mock import MagicMock
import train


def test_train():
    deps = MagicMock()
    train.train(deps, 1)
    deps.log.assert_called_once_with(1, artifact_path="model")
