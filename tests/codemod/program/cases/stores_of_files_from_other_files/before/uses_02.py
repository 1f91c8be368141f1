import mlflow
from config import AS_URI

mlflow.set_tracking_uri(AS_URI)
