import mlflow

mlflow.xgboost.log_model(booster, "a/b")
