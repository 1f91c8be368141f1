import mlflow

mlflow.set_tracking_uri("http://tracking:5000")
