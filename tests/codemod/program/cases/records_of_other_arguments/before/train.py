import mlflow


def train(model):
    mlflow.xgboost.log_model(model, "model", registered_model_name="m")
