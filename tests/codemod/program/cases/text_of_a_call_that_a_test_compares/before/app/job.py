import mlflow.sklearn


def train(model):
    mlflow.sklearn.log_model(model, "model")
