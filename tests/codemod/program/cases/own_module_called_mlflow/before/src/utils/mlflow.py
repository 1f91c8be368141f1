import mlflow as _m
import mlflow.sklearn

def log_model(model, artifact_path):
    mlflow.sklearn.log_model(model, artifact_path=artifact_path)
