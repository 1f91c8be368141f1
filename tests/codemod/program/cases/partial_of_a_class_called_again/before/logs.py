import mlflow
from functools import partial
log = partial(mlflow.xgboost.log_model, artifact_path="model")


class Logs:
    log = partial(mlflow.xgboost.log_model, artifact_path="model")
