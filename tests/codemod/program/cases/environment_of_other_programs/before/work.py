import mlflow

with mlflow.start_run():
    mlflow.log_metric("loss", 0.5)
