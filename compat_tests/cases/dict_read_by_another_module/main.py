import importlib

import mlflow

train = importlib.import_module("train")
model = mlflow.pyfunc.load_model(f"runs:/{train.train()}/{train.OPTIONS['artifact_path']}")
result = model.predict([[1.0]]).round(3).tolist()
