import constants
import mlflow
import xgboost
from constants import MODEL_FILE


def load(run_id):
    place = mlflow.artifacts.download_artifacts(f"runs:/{run_id}/booster/{MODEL_FILE}")
    other = mlflow.artifacts.download_artifacts(f"runs:/{run_id}/booster/{constants.OTHER_FILE}")
    return xgboost.Booster(model_file=place), other
