from unittest import mock

from app import job, settings


def test_train():
    model = object()
    with mock.patch("app.job.mlflow.sklearn.log_model") as log:
        job.train(model)
    log.assert_called_once_with(model, settings.MODEL_PATH)
