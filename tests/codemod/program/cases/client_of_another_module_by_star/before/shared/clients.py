from mlflow import MlflowClient

client = MlflowClient()
