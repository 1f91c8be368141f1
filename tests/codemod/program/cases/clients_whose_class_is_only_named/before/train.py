from typing import Optional

import mlflow
from mlflow.tracking import (
    MlflowClient,
)
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.sklearn.log_model(LinearRegression().fit([[1], [2]], [1, 2]), artifact_path="model")


def load(run_id: str, client: Optional[MlflowClient] = None, other: MlflowClient = None) -> MlflowClient:
    assert isinstance(client, MlflowClient)


client = MlflowClient()
run = client.get_run("abc")
print(mlflow.sklearn.load_model(run.info.artifact_uri + "/model"))
