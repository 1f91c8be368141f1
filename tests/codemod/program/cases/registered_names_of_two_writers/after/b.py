import mlflow

mlflow.xgboost.log_model(booster, name="model", registered_model_name="b")
