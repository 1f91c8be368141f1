import mlflow

mlflow.set_tracking_uri("http://other:5000")
