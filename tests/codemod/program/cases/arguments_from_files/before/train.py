import json

import mlflow
import yaml
from settings import SETTINGS

options = json.load(open("options.json"))
with open("config.yaml") as file:
    config = yaml.safe_load(file)


def train(model):
    with mlflow.start_run():
        mlflow.pyfunc.log_model(name="model", python_model=model, **options)
        mlflow.pyfunc.log_model(name="other", python_model=model, **config["logging"])
        mlflow.pyfunc.log_model(name="third", python_model=model, **SETTINGS["pyfunc"])
