import mlflow


def log(model, path="model"):
    return mlflow.xgboost.log_model(model, name=path)
