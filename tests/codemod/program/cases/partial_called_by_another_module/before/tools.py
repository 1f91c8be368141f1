import functools

import mlflow

log = functools.partial(mlflow.xgboost.log_model, artifact_path="model")
