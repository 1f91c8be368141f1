import mlflow


class Handler:
    def __init__(self, uri):
        mlflow.set_tracking_uri(uri)
