import sys

import mlflow
from mlflow.tracking import MlflowClient


class Client(MlflowClient):
    def __init__(self):
        super().__init__(sys.argv[2])


client = Client()
run = client.get_run(sys.argv[1])
print(mlflow.sklearn.load_model(run.info.artifact_uri + "/model"))
