from concurrent.futures import ThreadPoolExecutor

import mlflow
from core import SAVERS, log_sk, save_sk


def train(model):
    save_sk(model, "a", serialization_format="cloudpickle")
    SAVERS["forest"](model, "b")
    with mlflow.start_run(), ThreadPoolExecutor() as pool:
        pool.submit(log_sk, model, "c")
    print(save_sk, mlflow.onnx.load_model)
