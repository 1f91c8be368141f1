import mlflow
from config import OTHERWISE

mlflow.set_tracking_uri(OTHERWISE)
