import os

import mlflow
from setup import start

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
start(tracking_uri="file:./mlruns")
with mlflow.start_run():
    mlflow.log_metric("a", 1)
