import mlflow


def keep(booster):
    with mlflow.start_run():
        mlflow.xgboost.log_model(booster, name="booster")
