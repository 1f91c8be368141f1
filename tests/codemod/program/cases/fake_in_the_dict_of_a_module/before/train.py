import mlflow


def log(model):
    mlflow.xgboost.log_model(model, artifact_path="model")
