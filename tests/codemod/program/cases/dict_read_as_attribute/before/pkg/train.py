import mlflow

OPTIONS = {"artifact_path": "model"}


def train(booster):
    with mlflow.start_run():
        mlflow.xgboost.log_model(booster, **OPTIONS)
