import mlflow, os
from mlflow import MlflowClient

PROD = os.environ["MLFLOW_TRACKING_URI"]
mlflow.set_tracking_uri("http://staging:5000")


def c(run_id):
    client = MlflowClient(tracking_uri=PROD)
    run = client.get_run(run_id)
    return mlflow.xgboost.load_model(run.info.artifact_uri + "/model")
