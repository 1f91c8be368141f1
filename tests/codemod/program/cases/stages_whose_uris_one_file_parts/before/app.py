from urllib.parse import urlparse

import mlflow


def load(uri):
    print(uri.startswith("models:/"), urlparse(uri).path)
    return mlflow.pyfunc.load_model(uri)


load("models:/churn/Staging")
