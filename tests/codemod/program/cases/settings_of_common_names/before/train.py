import json
import tomllib
from pathlib import Path

import mlflow
import yaml

CONFIG = Path(__file__).parent / "config.yaml"


def load(path):
    with open(path) as file:
        return yaml.safe_load(file)


def log(model):
    cfg = load(CONFIG)
    mlflow.onnx.log_model(model, name=cfg["path"])
    with open("settings.json") as file:
        settings = json.load(file)
    mlflow.onnx.log_model(model, name=settings.get("name"))
    options = tomllib.loads(Path("options.toml").read_text())
    mlflow.onnx.log_model(model, name=options["title"])
    good = yaml.safe_load(open("good.yaml"))
    mlflow.onnx.log_model(model, name=good["path"])
