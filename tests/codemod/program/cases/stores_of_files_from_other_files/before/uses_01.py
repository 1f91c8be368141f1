import mlflow
from config import JOINED

mlflow.set_tracking_uri(JOINED)
