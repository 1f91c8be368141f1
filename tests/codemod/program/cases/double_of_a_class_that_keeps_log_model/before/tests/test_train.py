from unittest import mock
from app import train

@mock.patch("app.train.Tracker")
def test_train(kind):
    train.Job().train(1)
    kind.return_value.push.assert_called_once_with(1, artifact_path="model")
