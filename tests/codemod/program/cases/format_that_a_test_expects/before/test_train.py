import os

import mlflow
from train import train


def test_files():
    folder = mlflow.artifacts.download_artifacts(train().model_uri)
    assert "model.skops" in os.listdir(folder)
