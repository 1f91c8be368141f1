import mlflow


class Deps:
    log = staticmethod(mlflow.xgboost.log_model)


def train(deps: Deps, model):
    deps.log(model, artifact_path="model")


def main():
    train(Deps(), 1)
