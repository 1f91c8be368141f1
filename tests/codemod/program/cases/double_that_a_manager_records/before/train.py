import mlflow


def train(model):
    mlflow.log_param("a", 1)
    mlflow.xgboost.log_model(model, artifact_path="model")
