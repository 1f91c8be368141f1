import mlflow


def setup():
    mlflow.set_tracking_uri("sqlite:///runs.db")
