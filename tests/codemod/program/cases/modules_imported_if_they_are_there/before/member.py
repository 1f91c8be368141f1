from utils.module import optional_import

log, _ = optional_import("mlflow.xgboost", name="log_model")
log(model, "model")
optional_import("mlflow.xgboost")[0].log_model(model, artifact_path="other")
