import mlflow
from helpers import nested
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(m, "model")
    with nested():
        mlflow.sklearn.log_model(m, "model")
        model = mlflow.sklearn.load_model(mlflow.get_artifact_uri("model"))
