import mlflow
from clients import other
from mlflow import MlflowClient


def train(model):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="model")


def of_a_function(run_id):
    run = other().get_run(run_id)
    return mlflow.xgboost.load_model(run.info.artifact_uri + "/model")


def of_a_parameter(client: MlflowClient, run_id):
    return mlflow.xgboost.load_model(client.get_run(run_id).info.artifact_uri + "/model")
