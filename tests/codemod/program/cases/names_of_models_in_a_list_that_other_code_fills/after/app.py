import mlflow
import more
from names import NAMES


def log(model):
    with mlflow.start_run():
        for name in NAMES:
            mlflow.sklearn.log_model(
                model,
                name=name,
                serialization_format="cloudpickle",
            )
