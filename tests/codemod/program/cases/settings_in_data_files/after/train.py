import json

import mlflow
import yaml

settings = yaml.safe_load(open("settings.yaml"))
mlflow.set_tracking_uri(settings["tracking_uri"])


def train(booster, forest):
    if mlflow.active_run() is None:
        mlflow.start_run()
    mlflow.xgboost.log_model(booster, name=settings["artifact_path"])
    mlflow.xgboost.log_model(forest, name="models-line")
    mlflow.log_artifact("a.png", "reports/plots")
