import contextlib

import mlflow


def tracked5(name):
    @contextlib.contextmanager
    def inner():
        with mlflow.start_run(run_name=name):
            yield
    manager = inner()
    return manager


def run(model):
    with tracked5("a"):
        mlflow.xgboost.log_model(model, name="model")
        print(mlflow.active_run().info.run_id)
