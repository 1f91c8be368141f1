import mlflow
from config import store

mlflow.set_tracking_uri(store())
