import mlflow.sklearn


class Job:
    def train(self, model):
        mlflow.sklearn.log_model(model, artifact_path="model")
