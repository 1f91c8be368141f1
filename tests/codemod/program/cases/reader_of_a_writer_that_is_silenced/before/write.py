import mlflow

mlflow.xgboost.log_model(booster, "a/b")  # noqa: MLF102 others read it
