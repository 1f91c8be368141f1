import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run(run_name="a"):
    mlflow.sklearn.log_model(
        LinearRegression().fit([[1], [2]], [1, 2]),
        name="model",
        serialization_format="cloudpickle",
    )
