import mlflow

from app import tracking as tracker


def train(model):
    with mlflow.start_run():
        tracker.push(model, "model")
