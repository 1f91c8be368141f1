from mlflow import sklearn


def save(model):
    sklearn.log_model(model, name="model", serialization_format="cloudpickle")
