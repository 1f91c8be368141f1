import mlflow

mlflow.set_tracking_uri("http://127.0.0.1:5000")
print(mlflow.search_runs())
