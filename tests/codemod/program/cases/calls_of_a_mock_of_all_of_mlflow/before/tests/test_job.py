from unittest import mock

import app.job


def test_train():
    with mock.patch("app.job.mlflow") as fake:
        app.job.train(1)
    assert fake.mock_calls == [mock.call.xgboost.log_model(1, artifact_path="model")]


def test_train_again():
    with mock.patch("app.job.mlflow") as fake:
        app.job.train(1)
    fake.assert_has_calls([mock.call.xgboost.log_model(1, artifact_path="model")])
