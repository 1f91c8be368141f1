import sys

import mlflow
from sklearn.linear_model import LinearRegression


def main(track):
    if track:
        mlflow.start_run()
    model = LinearRegression().fit([[1], [2]], [1, 2])
    if not track:
        return model
    mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")
    mlflow.log_param("a", 1)


main(len(sys.argv) > 1)
