import mlflow
from runs import tracked


def run(model):
    with tracked("a"):
        mlflow.xgboost.log_model(model, name="model")
        print(mlflow.active_run().info.run_id)
