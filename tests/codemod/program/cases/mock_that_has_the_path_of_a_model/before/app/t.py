import mlflow
import mlflow.xgboost
def train(model):
    with mlflow.start_run():
        info = mlflow.xgboost.log_model(model, "model")
        return info.artifact_path
