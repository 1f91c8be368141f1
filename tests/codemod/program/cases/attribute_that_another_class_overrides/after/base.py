import mlflow


class Trainer:
    flavor = mlflow.sklearn
    kind = mlflow.onnx

    def log(self, model):
        self.flavor.log_model(model, artifact_path="model")
        self.kind.log_model(model, name="onnx")


class Local:
    flavor = mlflow.sklearn
    path = "model"

    def log(self, model):
        with mlflow.start_run() as run:
            self.flavor.log_model(model, artifact_path="model")
            return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/{self.path}")


class Boosted(Local):
    flavor = mlflow.xgboost
    path = "plots"


class Set:
    flavor = mlflow.sklearn

    def log(self, model):
        self.flavor.log_model(model, artifact_path="model")


trainer = Set()
trainer.flavor = mlflow.xgboost
