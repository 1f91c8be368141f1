from utils import try_import

xgb = try_import("mlflow.xgboost")
if xgb:
    xgb.log_model(model, "model")
