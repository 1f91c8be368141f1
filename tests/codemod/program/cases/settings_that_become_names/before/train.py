import configparser
import json
import os
import tomllib
from pathlib import Path

import mlflow
import yaml

config = yaml.safe_load(open("config/train.yaml"))
settings = json.loads(Path("settings.json").read_text())
parser = configparser.ConfigParser()
parser.read("train.ini")
tool = tomllib.loads(Path("pyproject.toml").read_text())["tool"]["trainer"]


def log(model):
    mlflow.onnx.log_model(model, name=config["model"]["path"])
    mlflow.onnx.log_model(model, name=settings.get("tracking", {}).get("log_as"))
    mlflow.onnx.log_model(model, name=parser.get("mlflow", "folder_of_model"))
    mlflow.onnx.log_model(model, name=f"{tool['saved_as']}-2")
    mlflow.onnx.log_model(model, name=os.environ["MODEL_KIND"])
