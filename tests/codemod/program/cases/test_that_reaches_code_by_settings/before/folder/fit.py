import mlflow.xgboost


def fit(model):
    mlflow.xgboost.log_model(model, artifact_path="model")
