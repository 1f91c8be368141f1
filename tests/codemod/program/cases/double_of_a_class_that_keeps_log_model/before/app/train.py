import mlflow
from app.tracker import Tracker

class Job:
    def __init__(self):
        self.tracker = Tracker("a")
    def train(self, model):
        with mlflow.start_run():
            self.tracker.push(model, artifact_path="model")
