import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.sklearn.log_model(LinearRegression(), name="forest", serialization_format="cloudpickle")
    mlflow.sklearn.log_model(LinearRegression(), name="line", serialization_format="cloudpickle")
