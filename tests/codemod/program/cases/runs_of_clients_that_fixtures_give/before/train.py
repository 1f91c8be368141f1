import mlflow


def train(model):
    mlflow.set_tracking_uri("http://main:5000")
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="model")
