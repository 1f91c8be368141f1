import mlflow
import skops.io


def read(run_id):
    return skops.io.load(mlflow.artifacts.download_artifacts(f"runs:/{run_id}/churn/model.skops"))
