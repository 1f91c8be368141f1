from mlflow.sklearn import log_model as log
