import subprocess, mlflow
from mlflow import MlflowClient
client = MlflowClient()
run = client.create_run("0")
subprocess.run(f"python train.py --run {run.info.run_id}", shell=True, check=True)
paths = [f.path for f in client.list_artifacts(run.info.run_id)]
print(paths)
assert "model" in paths
