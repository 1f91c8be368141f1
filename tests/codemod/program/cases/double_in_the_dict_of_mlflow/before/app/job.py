import mlflow


def score(model, data):
    return mlflow.evaluate(model, data)
