import mlflow

mlflow.xgboost.log_model(booster, name="a-b")
