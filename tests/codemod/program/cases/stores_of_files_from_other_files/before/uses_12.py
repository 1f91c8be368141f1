import mlflow
from config import SERVER

mlflow.set_tracking_uri(SERVER)
