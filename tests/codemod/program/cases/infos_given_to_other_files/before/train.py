from functools import partial
from threading import Thread

import mlflow
from readers import Listing, Promoter, Record, Sub, folder, of_another, show, show_each, show_uri

client = mlflow.MlflowClient()
infos = []
for model in models:
    infos.append(mlflow.onnx.log_model(model, name="model"))
info = mlflow.onnx.log_model(model, name="model")
Promoter(info).run_id()
Sub(info).run_id()
Listing(infos).run_ids()
Record(info).run_id()
partial(show, info=info)("a")
Thread(target=show, args=("a", info)).start()
list(map(show_each, infos))
pool.map(show_uri, [each.model_uri for each in infos])
folder(client.get_model_version("model", "1"))
of_another(catalogue["model"])
