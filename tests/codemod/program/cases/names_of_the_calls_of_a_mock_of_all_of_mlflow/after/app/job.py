import mlflow.xgboost


def train(model):
    mlflow.xgboost.log_model(model, name="model")
