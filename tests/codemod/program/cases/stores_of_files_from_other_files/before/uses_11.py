import mlflow
from config import DATABASE

mlflow.set_tracking_uri(DATABASE)
