import mlflow.xgboost


def train(model):
    mlflow.xgboost.log_model(model, artifact_path="model")
