import mlflow
from runs import Logger


def run(model):
    Logger().once()
    mlflow.xgboost.log_model(model, artifact_path="model")
    print(mlflow.active_run().info.run_id)
