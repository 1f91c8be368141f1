from mlflow import MlflowClient


class Store:
    def __init__(self, uri=None):
        self.client = MlflowClient(tracking_uri=uri if uri else None)
