import mlflow


def train(model):
    with mlflow.start_run() as run:
        mlflow.xgboost.log_model(model, "models/first")
    return mlflow.MlflowClient().list_artifacts(run.info.run_id, "models")
