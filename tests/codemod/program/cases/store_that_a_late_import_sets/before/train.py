import mlflow


def train(model):
    with mlflow.start_run() as run:
        mlflow.xgboost.log_model(model, name="model")
    import server  # noqa: F401

    return mlflow.xgboost.load_model(f"{run.info.artifact_uri}/model")
