import mlflow


def train(model, kinds):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, artifact_path="models/forest")
    for kind in kinds:
        with mlflow.start_run():
            mlflow.xgboost.log_model(model, f"nets/{kind}")
