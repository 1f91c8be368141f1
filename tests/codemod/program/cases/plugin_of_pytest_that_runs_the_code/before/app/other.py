from mlflow import sklearn


def save(model):
    sklearn.log_model(model, artifact_path="model")
