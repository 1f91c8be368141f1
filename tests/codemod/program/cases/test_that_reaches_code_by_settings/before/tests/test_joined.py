from unittest import mock

from joined.steps import run


def test_run():
    step = "".join(["f", "it"])
    with mock.patch("mlflow.xgboost.log_model") as log:
        run(step, 1)
    assert log.call_args.kwargs["artifact_path"] == "model"
