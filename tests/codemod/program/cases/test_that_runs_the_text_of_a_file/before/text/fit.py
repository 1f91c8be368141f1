import mlflow.xgboost


def main(model):
    mlflow.xgboost.log_model(model, artifact_path="model")
