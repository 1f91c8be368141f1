import mlflow


def backend():
    return mlflow


def run(model):
    return backend().evaluate(model, None, targets="y", model_type="regressor", evaluators=["a"])
