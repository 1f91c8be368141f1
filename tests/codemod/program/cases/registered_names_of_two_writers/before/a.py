import mlflow

mlflow.xgboost.log_model(booster, "model", registered_model_name="a")
