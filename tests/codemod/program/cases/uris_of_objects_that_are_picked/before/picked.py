import asyncio
from dataclasses import dataclass

import mlflow


@dataclass
class Trained:
    uri: str
    score: float


def train(model):
    with mlflow.start_run():
        info = mlflow.onnx.log_model(model, name="line")
    return Trained(uri=info.model_uri, score=1.0)


def every(models):
    for model in models:
        with mlflow.start_run():
            yield mlflow.onnx.log_model(model, name="line").model_uri


def best(models):
    trained = max([train(model) for model in models], key=lambda each: each.score)
    run_id = trained.uri.removeprefix("runs:/").partition("/")[0]
    for uri in every(models):
        print(uri.split("/")[1], trained.score)
    return run_id


async def one(model):
    with mlflow.start_run():
        return mlflow.onnx.log_model(model, name="line").model_uri


print(asyncio.run(one(None)).split("/")[1])
