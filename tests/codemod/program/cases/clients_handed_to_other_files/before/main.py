import mlflow
from helpers import Lister, walk
from mlflow import MlflowClient


def train(model):
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")
    return run.info.run_id


def names(run_id):
    client = MlflowClient()
    return [*walk(client, run_id), *Lister(client).all(run_id)]
