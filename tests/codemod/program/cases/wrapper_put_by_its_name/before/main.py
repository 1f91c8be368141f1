import mlflow
import patches
with mlflow.start_run():
    mlflow.sklearn.log_model(1, artifact_path="model")
