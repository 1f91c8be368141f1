import mlflow

with mlflow.start_run():
    mlflow.log_artifacts("reports", "reports")
