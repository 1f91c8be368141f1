import mlflow


def train(model, kinds):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="models-forest")
