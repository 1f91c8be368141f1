import mlflow
import mlflow.sklearn


def train(model):
    with mlflow.start_run():
        mlflow.sklearn.log_model(model, "model")
