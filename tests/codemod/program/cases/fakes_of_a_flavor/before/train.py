import mlflow
import mlflow.onnx as onnx


def train(model):
    mlflow.xgboost.log_model(model, "model")
    onnx.log_model(model, "exported")
