import mlflow


def newest():
    return mlflow.MlflowClient().search_runs(["0"])[0]
