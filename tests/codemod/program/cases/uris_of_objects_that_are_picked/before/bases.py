import os
from pathlib import Path

import mlflow


class Base:
    @property
    def artifact_root(self):
        return self.run.info.artifact_uri


class Trainer(Base):
    def train(self, model):
        with mlflow.start_run() as self.run:
            mlflow.onnx.log_model(model, name="line")

    def load(self):
        return mlflow.pyfunc.load_model(self.artifact_root + "/line")


def folder(run):
    return Path(run.info.artifact_uri.removeprefix("file://"))


def has_model(run):
    parts = [run.info.artifact_uri, "line", "MLmodel"]
    return folder(run).joinpath("line", "MLmodel").exists() or os.path.exists(os.sep.join(parts))


def train(model):
    with mlflow.start_run() as run:
        mlflow.onnx.log_model(model, name="line")
    return has_model(run)
