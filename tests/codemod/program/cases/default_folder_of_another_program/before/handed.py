import mlflow
from setup import start

start(tracking_uri="file:./mlruns")
with mlflow.start_run():
    mlflow.log_metric("a", 1)
