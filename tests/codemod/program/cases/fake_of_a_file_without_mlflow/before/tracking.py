import mlflow
class Tracker:
    def __init__(self, backend=mlflow):
        self.backend = backend
    def log(self, m):
        self.backend.sklearn.log_model(m, artifact_path="model")
def log(m):
    mlflow.sklearn.log_model(m, artifact_path="model", serialization_format="cloudpickle")
