import mlflow
def load():
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(1, name="model", serialization_format="cloudpickle")
        return mlflow.sklearn.load_model(mlflow.get_artifact_uri("model"))
