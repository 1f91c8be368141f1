import mlflow

mlflow.set_tracking_uri("http://tracking:5000")
mlflow.set_experiment("served")
