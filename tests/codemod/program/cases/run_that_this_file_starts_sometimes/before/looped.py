import mlflow
from sklearn.linear_model import LinearRegression

for key, value in {"a": 1}.items():
    mlflow.log_param(key, value)
mlflow.sklearn.log_model(LinearRegression().fit([[1], [2]], [1, 2]), name="model")
mlflow.log_metric("b", 1)
