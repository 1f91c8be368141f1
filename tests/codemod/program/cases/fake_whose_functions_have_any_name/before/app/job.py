import mlflow.xgboost


class Trainer:
    def __init__(self):
        self.flavor = mlflow.xgboost

    def train(self, model):
        self.flavor.log_model(model, artifact_path="model")
