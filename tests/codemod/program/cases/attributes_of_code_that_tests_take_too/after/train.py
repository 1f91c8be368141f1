import mlflow

from latest.paths import Paths


def start(model):
    with mlflow.start_run() as run:
        mlflow.xgboost.log_model(model, name="model")
        return mlflow.xgboost.load_model(f"runs:/{run.info.run_id}/model"), Paths()
