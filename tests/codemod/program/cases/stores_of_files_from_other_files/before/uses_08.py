import mlflow
from config import URIS

mlflow.set_tracking_uri(URIS["local"])
