from unittest import mock

from app import job


def test_train():
    model = object()
    with mock.patch("app.job.mlflow.pyfunc.log_model") as log:
        job.train(model)
    assert log.call_args.kwargs["code_path"] == ["src"]
