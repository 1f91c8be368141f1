from mlflow import MlflowClient

client = MlflowClient("http://127.0.0.1:5000")
print(client.search_runs(["0"]))
