import mlflow
NAME = "Default"
def configure():
    mlflow.set_tracking_uri("sqlite:///x.db")
