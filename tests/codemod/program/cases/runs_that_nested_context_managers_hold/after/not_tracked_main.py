import mlflow
from runs import not_tracked


def run(model):
    with not_tracked("a"):
        mlflow.xgboost.log_model(model, name="model")
        print(mlflow.active_run().info.run_id)
