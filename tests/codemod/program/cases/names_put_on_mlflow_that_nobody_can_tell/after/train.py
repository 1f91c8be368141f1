import mlflow


def train(model, data):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="model")
        return mlflow.evaluate(model, data)
