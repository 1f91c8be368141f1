import mlflow


def fit(model):
    with mlflow.start_run():
        return mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")
