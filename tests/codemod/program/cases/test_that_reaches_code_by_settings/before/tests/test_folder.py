from unittest import mock

from folder.steps import run


def test_run():
    with mock.patch("mlflow.xgboost.log_model") as log:
        run(1)
    assert log.call_args.kwargs["artifact_path"] == "model"
