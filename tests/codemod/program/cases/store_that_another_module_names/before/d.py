import mlflow
from lib import CONFIG

mlflow.set_tracking_uri(CONFIG["server"])
