import subprocess

from mlflow.tracking import MlflowClient

client = MlflowClient()
run = client.create_run("0")
subprocess.run(["python", "step.py", run.info.run_id], check=True)
print([item.path for item in client.list_artifacts(run.info.run_id)])
