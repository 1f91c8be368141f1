import mlflow


def run(model, client):
    client.truncate("feast", "latest")
    mlflow.xgboost.log_model(model, artifact_path="model")
