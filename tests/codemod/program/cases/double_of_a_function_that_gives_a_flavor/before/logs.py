import mlflow


def get_flavor():
    return mlflow.xgboost
