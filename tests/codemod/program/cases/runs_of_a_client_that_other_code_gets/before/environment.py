import os, subprocess, mlflow
from mlflow import MlflowClient
import train
client = MlflowClient()
run = client.create_run("0")
os.environ.update(MLFLOW_RUN_ID=run.info.run_id)
train.main()
paths = [f.path for f in client.list_artifacts(run.info.run_id)]
print(paths)
assert "model" in paths
