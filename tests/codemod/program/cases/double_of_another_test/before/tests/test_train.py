import mlflow
from unittest.mock import patch


def test_train(model):
    with patch("mlflow.sklearn.log_model"):
        pass
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, artifact_path="model")
