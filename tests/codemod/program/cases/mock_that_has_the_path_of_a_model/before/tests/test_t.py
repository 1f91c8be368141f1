from unittest import mock
from app import t
def test_rows():
    with mock.patch("app.t.mlflow.xgboost.log_model") as log:
        log.return_value.artifact_path = "model"
        assert t.train(1) == "model"
