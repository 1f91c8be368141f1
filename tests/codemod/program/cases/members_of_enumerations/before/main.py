from enum import Enum

import mlflow
import names
from names import Where


class Here(Enum):
    FOLDER = "models/line"


def train(model):
    mlflow.onnx.log_model(model, artifact_path=Where.FOLDER.value)
    mlflow.onnx.log_model(model, artifact_path=names.Where.FOLDER.value)
    mlflow.onnx.log_model(model, artifact_path=f"{Here.FOLDER.value}-a")
    mlflow.onnx.log_model(model, name=Where.PLAIN.value)
