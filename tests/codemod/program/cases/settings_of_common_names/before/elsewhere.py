import sys

import mlflow
import yaml

with open(sys.argv[1]) as file:
    config = yaml.safe_load(file)
mlflow.onnx.log_model(model, name=config["path"])
