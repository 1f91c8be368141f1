import mlflow.xgboost

class Base:
    log = staticmethod(mlflow.xgboost.log_model)
    def run(self, model):
        self.log(model, artifact_path="model")


class Kept:
    log = staticmethod(mlflow.xgboost.log_model)

    def run(self, model):
        self.log(model, artifact_path="model")


class Here:
    log = staticmethod(mlflow.xgboost.log_model)

    def run(self, model):
        self.log(model, artifact_path="model")


class Printing(Here):
    def log(self, model, artifact_path):
        print(artifact_path)


class Instance:
    def __init__(self):
        self.log = mlflow.xgboost.log_model

    def run(self, model):
        self.log(model, artifact_path="model")


class Shadowed(Instance):
    def log(self, model, artifact_path):
        print(artifact_path)
