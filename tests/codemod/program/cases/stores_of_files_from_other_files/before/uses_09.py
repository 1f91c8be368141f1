import mlflow
from config import Stores

mlflow.set_tracking_uri(Stores(".").uri)
