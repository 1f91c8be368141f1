import mlflow


def flavor_of(name):
    return getattr(mlflow, name)


log = getattr(mlflow, FLAVOR).log_model
