import mlflow
from functools import partial
log = partial(mlflow.xgboost.log_model, name="model")


class Logs:
    log = partial(mlflow.xgboost.log_model, name="model")
