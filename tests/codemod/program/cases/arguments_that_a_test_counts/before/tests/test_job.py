from unittest import mock

from app import job


def test_train():
    model = object()
    with mock.patch("app.job.mlflow.sklearn.log_model") as log:
        job.train(model)
    assert len(log.call_args.args) == 2
