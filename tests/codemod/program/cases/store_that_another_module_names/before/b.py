import mlflow
from lib import place

mlflow.set_tracking_uri(place())
