import inspect

import mlflow

IS_3 = int(mlflow.__version__.split(".")[0]) >= 3
schema = 3


def is_mlflow3():
    return mlflow.__version__.startswith("3")


def name_option(function, name):
    if "name" in inspect.signature(function).parameters:
        return {"name": name}
    return {"artifact_path": name}
