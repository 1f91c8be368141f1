import mlflow
from session import Experiment


def train(model):
    with Experiment().run() as handle:
        mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")
    print(handle.run_id + "/model")
    return mlflow.pyfunc.load_model(handle.root + "/model")
