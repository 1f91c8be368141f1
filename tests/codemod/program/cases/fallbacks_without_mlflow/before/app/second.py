try:
    import mlflow.xgboost as tracker
except ImportError:
    from app import dummy as tracker


def train(model):
    return tracker.log_model(model, artifact_path="model")
