import mlflow
from mlflow.onnx import log_model


def store(model, where):
    with mlflow.start_run():
        mlflow.onnx.log_model(model, name=where)
