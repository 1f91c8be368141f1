import mlflow.sklearn

log = mlflow.sklearn.log_model
