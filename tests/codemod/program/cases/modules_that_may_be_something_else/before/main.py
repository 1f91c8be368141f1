import utils

utils.own("mlflow.xgboost").log_model(model, artifact_path="model")
utils.dry("mlflow.xgboost", True).log_model(model, artifact_path="model")
utils.chosen("mlflow.xgboost", True).log_model(model, artifact_path="model")
utils.part("mlflow.xgboost").log_model(model, artifact_path="model")
utils.decorated("mlflow.xgboost").log_model(model, artifact_path="model")
utils.of_company("mlflow.xgboost").log_model(model, artifact_path="model")
utils.by_default("mlflow.xgboost").log_model(model, artifact_path="model")
utils.later("mlflow.xgboost").log_model(model, artifact_path="model")
