import mlflow
from logging_of_models import log


def train(model, run_id, kind):
    log(model)
    mlflow.xgboost.log_model(model, name="model", registered_model_name="line")
    return mlflow.pyfunc.load_model(f"runs:/{run_id}/model")
