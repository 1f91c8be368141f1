import mlflow

OPTIONS = {"name": "model"}


def train(booster):
    with mlflow.start_run():
        mlflow.xgboost.log_model(booster, **OPTIONS)
