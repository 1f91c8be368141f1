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


class Archive:
    def __init__(self, uri="http://archive:5000"):
        self.client = MlflowClient(uri)

    def newest(self):
        return self.client.search_runs(["0"], max_results=1)[0]

    def model(self):
        return mlflow.xgboost.load_model(self.newest().info.artifact_uri + "/model")


mlflow.set_tracking_uri("http://main:5000")
