import sys

import mlflow
from mlflow.tracking import MlflowClient

client = MlflowClient(*sys.argv[2:])
run = client.get_run(sys.argv[1])
print(mlflow.sklearn.load_model(run.info.artifact_uri + "/model"))
