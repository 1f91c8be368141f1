import mlflow
from helpers import nested
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(m, name="model", serialization_format="cloudpickle")
    with nested():
        mlflow.sklearn.log_model(m, name="model", serialization_format="cloudpickle")
        model = mlflow.sklearn.load_model(f"runs:/{mlflow.active_run().info.run_id}/model")
