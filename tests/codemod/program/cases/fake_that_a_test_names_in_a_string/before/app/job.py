import importlib

import mlflow


def client(path):
    module, _, name = path.rpartition(".")
    return getattr(importlib.import_module(module), name)()


def identifiers(path="mlflow.MlflowClient"):
    made: mlflow.MlflowClient = client(path)
    return [run.info.run_uuid for run in made.search_runs(["0"])]
