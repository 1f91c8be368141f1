import os

import mlflow

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
mlflow.set_tracking_uri("mlruns")
with mlflow.start_run(run_name="a"):
    mlflow.log_metric("rmse", 0.5)
