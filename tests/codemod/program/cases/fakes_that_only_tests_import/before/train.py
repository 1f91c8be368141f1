import mlflow


def start(model):
    with mlflow.start_run() as run:
        mlflow.xgboost.log_model(model, name="model")
        return mlflow.xgboost.load_model(run.info.artifact_uri + "/model")


def name(run):
    return run.info.run_uuid
