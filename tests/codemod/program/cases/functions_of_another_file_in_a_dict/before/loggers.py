from functools import partial
from operator import attrgetter as ag

import mlflow


def log_onnx(model, name):
    mlflow.onnx.log_model(model, name=name)


def log_xgboost(model, name):
    mlflow.xgboost.log_model(model, name=name)


LOGGERS = {"onnx": log_onnx, "xgboost": log_xgboost}
FUNCTIONS = {"onnx": mlflow.onnx.log_model}
PARTIALS = {"onnx": partial(mlflow.onnx.log_model, registered_model_name="detector")}
FLAVORS = {"onnx": mlflow.onnx, "xgboost": mlflow.xgboost}
log = ag("onnx.log_model")(mlflow)
