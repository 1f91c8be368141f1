import mlflow
from runs import begin


def run(model):
    begin()
    mlflow.xgboost.log_model(model, artifact_path="model")
    print(mlflow.active_run().info.run_id)
