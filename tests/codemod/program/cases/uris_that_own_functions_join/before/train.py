import mlflow


def train(model, forest):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, "line", registered_model_name="lines")
        mlflow.xgboost.log_model(forest, "models/forest")
