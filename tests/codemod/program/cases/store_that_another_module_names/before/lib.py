import mlflow

CONFIG = {"uri": "file:./runs", "server": "http://tracking"}


def place():
    return "file:./runs"


def connect(uri):
    mlflow.set_tracking_uri(uri)
