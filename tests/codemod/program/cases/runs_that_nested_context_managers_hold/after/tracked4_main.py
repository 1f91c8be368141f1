import mlflow
from runs import tracked4


def run(model):
    with tracked4("a"):
        mlflow.xgboost.log_model(model, name="model")
        print(mlflow.active_run().info.run_id)
