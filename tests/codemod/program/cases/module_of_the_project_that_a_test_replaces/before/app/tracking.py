import mlflow
import mlflow.sklearn

push = mlflow.sklearn.log_model
