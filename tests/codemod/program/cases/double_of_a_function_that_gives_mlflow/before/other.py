import mlflow


def run(model):
    return mlflow.evaluate(model, None, targets="y", model_type="regressor", evaluators=["a"])
