import mlflow


def train(model):
    mlflow.xgboost.log_model(model, name="model", registered_model_name="m")
