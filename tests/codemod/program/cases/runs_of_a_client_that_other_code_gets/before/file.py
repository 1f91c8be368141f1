from pathlib import Path
import mlflow, mlflow.sklearn
from mlflow import MlflowClient
import train
client = MlflowClient()
run = client.create_run("0")
Path("run_id.txt").write_text(run.info.run_id)
train.main()
print([f.path for f in client.list_artifacts(run.info.run_id)])
