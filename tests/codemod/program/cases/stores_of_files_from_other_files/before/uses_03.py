import mlflow
from config import FOLDER

mlflow.set_tracking_uri(FOLDER)
