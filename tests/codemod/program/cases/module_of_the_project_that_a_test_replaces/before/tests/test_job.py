from unittest.mock import patch

from app import job


def test_train():
    model = object()
    with patch("app.job.tracker") as tracker:
        job.train(model)
    tracker.push.assert_called_once_with(model, "model")
