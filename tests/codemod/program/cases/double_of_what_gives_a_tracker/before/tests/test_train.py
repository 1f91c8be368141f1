from unittest import mock
from app import train

def test_train():
    with mock.patch("app.train.tracker") as t:
        train.train(1)
    assert t.return_value.put.call_args.kwargs["artifact_path"] == "model"
