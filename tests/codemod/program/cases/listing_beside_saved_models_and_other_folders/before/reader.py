import mlflow
from mlflow.tracking import MlflowClient


def load(run_id):
    for item in MlflowClient().list_artifacts(run_id):
        if item.is_dir:
            return mlflow.pyfunc.load_model(f"runs:/{run_id}/{item.path}")
