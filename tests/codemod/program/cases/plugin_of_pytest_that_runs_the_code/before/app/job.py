from mlflow import sklearn as flavor


def save(model):
    flavor.log_model(model, artifact_path="model")
