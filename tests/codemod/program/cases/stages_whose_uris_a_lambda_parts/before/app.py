import mlflow
from mlflow.tracking import MlflowClient

URI = "models:/line/Production"
name = lambda uri: uri.split("/")[1]
MlflowClient().transition_model_version_stage(name(URI), 1, "Production")
print(mlflow.pyfunc.load_model(URI))
