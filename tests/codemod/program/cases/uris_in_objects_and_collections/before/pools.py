import asyncio
from concurrent.futures import ThreadPoolExecutor

import mlflow

from training import Result


def train(model):
    with mlflow.start_run():
        return mlflow.onnx.log_model(model, name="model").model_uri


def named(model):
    info = mlflow.onnx.log_model(model, name="model")
    return Result(info.model_uri, "a/b")


with ThreadPoolExecutor() as pool:
    uris = list(pool.map(train, [1, 2]))
    later = pool.submit(train, 3)
print([uri.split("/") for uri in uris], later.result().split("/"))
print(max(uris).startswith("runs:"), named(1).name.split("/"))
found = {}
paths = {}
for number in range(3):
    found[number] = train(number)
    paths[number] = "a/b"
for number, uri in found.items():
    print(uri.split("/"), paths[number].split("/"))
for key in found:
    print(str(key).split("/"))


async def work(number):
    return mlflow.onnx.log_model(number, name="model")


async def main():
    infos = await asyncio.gather(*[work(number) for number in range(3)])
    for info in infos:
        print(info.model_uri.split("/"), info.run_id.split("/"))
    if infos[0].model_uri not in ("runs:/1/model", "runs:/2/model"):
        return infos[1:]
