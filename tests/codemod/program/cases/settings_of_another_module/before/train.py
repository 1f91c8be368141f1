import config
import mlflow
from config import CONFIG, load


def train(model):
    own = load("other.yaml")
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name=CONFIG["path"])
        mlflow.xgboost.log_model(model, name=config.CONFIG["name"])
        mlflow.xgboost.log_model(model, name=CONFIG["model"]["folder"])
        mlflow.xgboost.log_model(model, name=own["path"])
