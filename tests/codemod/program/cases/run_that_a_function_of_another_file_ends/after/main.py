import mlflow
from sklearn.linear_model import LinearRegression
from track import finish

mlflow.start_run()
mlflow.log_param("a", 1)
finish()
mlflow.sklearn.log_model(
    LinearRegression().fit([[1], [2]], [1, 2]),
    name="model",
    serialization_format="cloudpickle",
)
print(mlflow.search_runs())
