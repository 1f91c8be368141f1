import mlflow
from runs import tracked5


def run(model):
    with tracked5("a"):
        mlflow.xgboost.log_model(model, name="model")
        print(mlflow.active_run().info.run_id)
