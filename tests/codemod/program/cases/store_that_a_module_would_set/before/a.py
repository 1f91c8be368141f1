import mlflow
mlflow.set_tracking_uri("./mlruns")
with mlflow.start_run():
    mlflow.log_metric("a", 1)
