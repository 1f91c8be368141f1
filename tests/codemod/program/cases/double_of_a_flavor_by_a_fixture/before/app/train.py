import mlflow
from mlflow import xgboost as flavor

def train(model):
    with mlflow.start_run():
        flavor.log_model(model, artifact_path="model")
