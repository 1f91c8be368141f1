import mlflow


def train(model, data):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, artifact_path="model")
        return mlflow.evaluate(model, data)
