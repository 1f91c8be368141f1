import mlflow
from mlflow.xgboost import log_model as push

def run(model):
    with mlflow.start_run():
        push(model, artifact_path="model")
