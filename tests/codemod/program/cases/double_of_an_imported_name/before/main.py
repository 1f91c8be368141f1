from mlflow.sklearn import log_model as save
def log(m):
    save(m, artifact_path="model", serialization_format="cloudpickle")
