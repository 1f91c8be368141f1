import mlflow
from runs import Logger


def run(model):
    Logger().init()
    mlflow.xgboost.log_model(model, name="model")
    print(mlflow.active_run().info.run_id)
