import mlflow
from config import CHOSEN

mlflow.set_tracking_uri(CHOSEN)
