import mlflow


def run(model):
    with mlflow.start_run():
        mlflow.xgboost.log_model(model, name="forest")
        mlflow.log_artifacts("plots", "plots")
