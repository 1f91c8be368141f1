import mlflow.sklearn


def train(model):
    mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")
    return "seed"
