import sys

import mlflow
from sklearn.linear_model import LinearRegression

if __name__ == "__main__":
    if len(sys.argv) > 1:
        mlflow.start_run(run_id=sys.argv[1])
    mlflow.sklearn.log_model(
        LinearRegression().fit([[1], [2]], [1, 2]),
        name="model",
        serialization_format="cloudpickle",
    )
    mlflow.log_param("a", 1)
