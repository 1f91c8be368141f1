try:
    from mlflow.xgboost import log_model
except ImportError:
    from app.dummy import log_model


def train(model):
    return log_model(model, artifact_path="model")
