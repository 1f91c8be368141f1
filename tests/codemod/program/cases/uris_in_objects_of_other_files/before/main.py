import mlflow

import holders
from holders import Entry, Holder, OfInfo, hold


def made(model):
    info = mlflow.xgboost.log_model(model, name="model")
    held, of_info = Holder.of(info), OfInfo(info)
    print(held.uri.split("/")[1], of_info.uri.split("/")[1], hold(info).uri.split("/")[1])
    print(of_info.run.split("/")[1], held.name.split("/")[1])


def swapped(model):
    held = Holder.named(mlflow.xgboost.log_model(model, name="model"))
    print(held.uri.split("/")[1])
    print(held.name.split("/")[1])


def collected(models):
    entries, others = [], []
    for name, model in models.items():
        info = mlflow.xgboost.log_model(model, name=name)
        entries.append(Entry(name, info.model_uri))
        others.append(holders.Entry(name, "plain/text"))
    for entry in entries:
        print(entry.uri.split("/")[1])
        print(entry.name.split("/")[1])
    for other in others:
        print(other.uri.split("/")[1])
