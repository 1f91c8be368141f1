import mlflow
def log(m):
    mlflow.sklearn.log_model(m, artifact_path="model", serialization_format="cloudpickle")
