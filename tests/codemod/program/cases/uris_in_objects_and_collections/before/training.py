from dataclasses import dataclass

import mlflow


@dataclass
class Result:
    uri: str
    name: str


class Trainer:
    last = None

    def fit(self, model):
        with mlflow.start_run():
            self.last = mlflow.onnx.log_model(model, name="model")

    @property
    def uri(self):
        return self.last.model_uri


def train(model):
    with mlflow.start_run():
        info = mlflow.onnx.log_model(model, name="model")
    return {"uri": info.model_uri, "name": "a/b"}


def kept(model):
    info = mlflow.onnx.log_model(model, name="model")
    return Result(info.model_uri, "a/b")
