import mlflow

with mlflow.start_run():
    mlflow.log_metric("rmse", 0.1)
