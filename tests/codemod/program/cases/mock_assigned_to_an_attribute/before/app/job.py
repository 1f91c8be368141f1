import mlflow
import mlflow.xgboost

class Job:
    def __init__(self):
        self.push = mlflow.xgboost.log_model
    def run(self, model):
        with mlflow.start_run():
            self.push(model, artifact_path="model")
