import mlflow
from config import FORMATTED

mlflow.set_tracking_uri(FORMATTED)
