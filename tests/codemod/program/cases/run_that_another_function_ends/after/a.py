import mlflow, mlflow.sklearn
from sklearn.linear_model import LinearRegression
import helper
helper.begin()
mlflow.sklearn.log_model(
    LinearRegression().fit([[1]], [1]),
    name="model",
    serialization_format="cloudpickle",
)
print(mlflow.active_run().info.run_id)
