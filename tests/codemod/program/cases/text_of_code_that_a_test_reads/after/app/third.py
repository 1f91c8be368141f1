import mlflow.sklearn


def train(model):
    mlflow.sklearn.log_model(
        model,
        artifact_path="model",
        serialization_format="cloudpickle",
    )
