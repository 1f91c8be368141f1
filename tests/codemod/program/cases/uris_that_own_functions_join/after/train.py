import mlflow


def train(model, forest):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="lines", registered_model_name="lines")
        mlflow.xgboost.log_model(forest, name="models-forest")
