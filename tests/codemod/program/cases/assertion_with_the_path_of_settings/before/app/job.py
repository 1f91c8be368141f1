import mlflow
import mlflow.sklearn

from app import settings


def train(model):
    with mlflow.start_run():
        mlflow.sklearn.log_model(model, "model")
