import mlflow


def train(model, kinds):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, artifact_path="models/forest")
