import contextlib

import mlflow


def not_tracked2(name):
    def inner():
        with mlflow.start_run(run_name=name):
            print(name)
    inner()
    return contextlib.nullcontext()


def run(model):
    with not_tracked2("a"):
        mlflow.xgboost.log_model(model, artifact_path="model")
        print(mlflow.active_run().info.run_id)
