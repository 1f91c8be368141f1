import mlflow


def keep_model(model, **options):
    mlflow.xgboost.log_model(model, **options)
