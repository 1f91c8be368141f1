from mlflow import MlflowClient


def other():
    return MlflowClient("http://other:5000")
