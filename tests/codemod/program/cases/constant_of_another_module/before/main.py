import mlflow
import names
from names import MODEL, Settings

mlflow.xgboost.log_model(booster, MODEL)
mlflow.xgboost.log_model(booster, names.MODEL)
mlflow.xgboost.log_model(booster, Settings.path)
