import mlflow
from names import NAMES, PLAIN


def log(model):
    with mlflow.start_run():
        for name in NAMES:
            mlflow.sklearn.log_model(model, name)
        for name in PLAIN:
            mlflow.sklearn.log_model(model, name)
