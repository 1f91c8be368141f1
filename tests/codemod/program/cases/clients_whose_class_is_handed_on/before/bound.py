import functools
import sys

import mlflow
from mlflow.tracking import MlflowClient

make = functools.partial(MlflowClient, sys.argv[2])
client = make()
run = client.get_run(sys.argv[1])
print(mlflow.sklearn.load_model(run.info.artifact_uri + "/model"))
