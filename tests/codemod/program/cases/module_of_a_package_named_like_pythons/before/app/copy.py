from mlflow.xgboost import log_model as copy
