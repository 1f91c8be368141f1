import mlflow
def load(model):
    with mlflow.start_run() as run:
        mlflow.xgboost.log_model(model, name="model")
        return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
