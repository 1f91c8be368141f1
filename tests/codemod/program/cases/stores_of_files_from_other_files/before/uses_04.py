import mlflow
from config import BELOW

mlflow.set_tracking_uri(BELOW)
