from mlflow.tracking import MlflowClient

client = MlflowClient()
run = client.create_run("0")
client.log_text(run.info.run_id, "a", "a.txt")
print([item.path for item in client.list_artifacts(run.info.run_id)])
