import mlflow
from holders import Entry


def log_all(models):
    found = []
    for model in models:
        info = mlflow.xgboost.log_model(model, name="model")
        found.append(Entry(info.run_id, info.model_uri))
    return found
