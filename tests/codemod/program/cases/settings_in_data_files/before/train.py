import json

import mlflow
import yaml

settings = yaml.safe_load(open("settings.yaml"))
mlflow.set_tracking_uri(settings["tracking_uri"])


def train(booster, forest):
    mlflow.xgboost.log_model(booster, settings["artifact_path"])
    mlflow.xgboost.log_model(forest, "models/line")
    mlflow.log_artifact("a.png", "reports/plots")
