import mlflow
from settings import settings

mlflow.set_tracking_uri(settings.server)
