import mlflow
from functools import partial
log = partial(mlflow.sklearn.log_model, artifact_path="model")
