import mlflow
from copy import copy
def f(m):
    with mlflow.start_run():
        copy(m, artifact_path="model")
