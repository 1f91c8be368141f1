import mlflow


def score(model, data):
    return mlflow.evaluate(model, data)


def train(model):
    mlflow.xgboost.log_model(model, "model")
