import mlflow


def train(model):
    mlflow.xgboost.log_model(model, "model")
