from dataclasses import dataclass

import mlflow

LOGGED = []


@dataclass
class Result:
    info: object
    uri: str
    score: float


class Trainer:
    def fit(self, model):
        self.info_ = mlflow.onnx.log_model(model, name="model")
        return self

    def info(self):
        return self.info_


def train(model):
    info = mlflow.onnx.log_model(model, name="model")
    LOGGED.append(info)
    return Result(info, info.model_uri, 0.5)


def as_dict(model):
    return {"info": mlflow.onnx.log_model(model, name="model"), "path": "a/b"}


def by_kind(models):
    found = {}
    for kind in models:
        found[kind] = mlflow.onnx.log_model(models[kind], name="model")
    return found


def each(models):
    for model in models:
        yield mlflow.onnx.log_model(model, name="model")
