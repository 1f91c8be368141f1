import importlib

import mlflow
from flavors import flavor_of, log


class Saver:
    def __init__(self, flavor):
        self.module = getattr(mlflow, flavor)
        self.log = getattr(mlflow, flavor).log_model

    def save(self, model, kind):
        module = importlib.import_module(f"mlflow.{kind}")
        module.save_model(model, "path")
        vars(mlflow)[kind].save_model(model, "path")
        self.module.log_model(model, name="model")
        self.log(model, name="model")
        flavor_of(kind).log_model(model, name="model")
        log(model, name="model")


def hand_on(module, model):
    module.save_model(model, "path")


hand_on(getattr(mlflow, KIND), model)
importlib.import_module(f"trainers.{KIND}").save_model(model, "path")
getattr(mlflow.MlflowClient(), KIND)(model, "path")
