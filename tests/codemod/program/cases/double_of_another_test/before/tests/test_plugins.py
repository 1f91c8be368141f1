import mlflow
from unittest.mock import MagicMock, patch

import plugins


def test_reader(parse, model):
    session, reader = MagicMock(), MagicMock()
    session.read.return_value = reader
    plugins.load("reader").read(session)
    reader.option.assert_any_call("snapshot", "1")
    assert parse.call_args[0][1] == "1"
    with patch("mlflow.xgboost.log_model"):
        mlflow.xgboost.log_model(model, artifact_path="model")
