import mlflow

with mlflow.start_run():
    mlflow.log_param("a", 1)
print(mlflow.get_tracking_uri().startswith("file:"))
