import sys

import mlflow
from mlflow.models import Model


def save_model(table, path, mlflow_model=None):
    (mlflow_model or Model()).save(f"{path}/MLmodel")


def log_model(table, name):
    return Model.log(None, sys.modules[__name__], name=name, table=table)


def log_in_a_run(table, name):
    with mlflow.start_run():
        return log_model(table, name)
