"""Loads models as pyfunc and asks them for predictions: ``python predictor.py OUTPUT < request.json``.

The request has ``models`` (each with ``key`` and ``folder``), ``sample`` (a file, or null for the example that the model was logged with)
and ``paths`` (folders that go in front of ``sys.path``: where the project's modules lie). The answer has for each key an ``error`` or a
``prediction``, and the ``payload`` that asks ``/invocations`` the same.
"""

import json
import os
import random
import sys
import traceback

import mlflow
import numpy as np
import pandas as pd


def main():
    request = json.load(sys.stdin)
    sys.path[:0] = request["paths"]
    answers = {}
    for model in request["models"]:
        try:
            answers[model["key"]] = ask(model["folder"], request["sample"])
        except BaseException as error:  # also SystemExit: what a model does when it is loaded is its own affair
            traceback.print_exc()
            answers[model["key"]] = {
                "error": ("{}: {}".format(type(error).__name__, " ".join(str(error).split())))[:500]
            }
            if isinstance(error, KeyboardInterrupt):
                raise
        with open(sys.argv[1] + ".tmp", "w", encoding="utf-8") as stream:
            json.dump(answers, stream, default=str)
        os.replace(sys.argv[1] + ".tmp", sys.argv[1])


def ask(folder, sample):
    inputs, payload = (read_sample(sample), None) if sample else example(folder)
    if inputs is None:
        return {"error": None, "prediction": None}
    model = mlflow.pyfunc.load_model(folder)
    random.seed(0)
    np.random.seed(0)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(0)
    predicted = model.predict(inputs)
    return {"error": None, "prediction": plain(predicted), "payload": payload or payload_of(inputs)}


def example(folder):
    """Return a model's input example, and the request body that MLflow made of it."""
    model = mlflow.models.Model.load(folder)
    if model.saved_input_example_info is None:
        return None, None
    inputs = model.load_input_example(folder)
    file = os.path.join(folder, "serving_input_example.json")
    if os.path.exists(file):
        with open(file, encoding="utf-8") as stream:
            return inputs, json.load(stream)
    return inputs, None


def read_sample(file):
    suffix = os.path.splitext(file)[1].lower()
    if suffix == ".csv":
        return pd.read_csv(file)
    if suffix == ".parquet":
        return pd.read_parquet(file)
    if suffix == ".npy":
        return np.load(file)
    with open(file, encoding="utf-8") as stream:
        content = json.load(stream)
    if isinstance(content, dict) and "dataframe_split" in content:
        split = content["dataframe_split"]
        return pd.DataFrame(split["data"], columns=split.get("columns"))
    if isinstance(content, dict) and "inputs" in content:
        return np.asarray(content["inputs"])
    if isinstance(content, list) and content and isinstance(content[0], dict):
        return pd.DataFrame(content)
    return np.asarray(content) if isinstance(content, list) else content


def payload_of(inputs):
    if isinstance(inputs, pd.DataFrame):
        return {"dataframe_split": json.loads(inputs.to_json(orient="split", index=False))}
    return {"inputs": plain(inputs)["data"]}


def plain(value):
    """Return a prediction as plain values, with what kind of object it was."""
    if isinstance(value, pd.DataFrame):
        return {"kind": "table", "columns": [str(name) for name in value.columns], "data": numbers(value.to_numpy())}
    if isinstance(value, pd.Series):
        return {"kind": "array", "data": numbers(value.to_numpy())}
    if isinstance(value, dict):
        return {"kind": "mapping", "data": {str(key): plain(each)["data"] for key, each in value.items()}}
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    if hasattr(value, "toarray"):
        value = value.toarray()
    if isinstance(value, np.ndarray):
        return {"kind": "array", "data": numbers(value)}
    if isinstance(value, (list, tuple)):
        return {"kind": "array", "data": [plain(each)["data"] for each in value]}
    if isinstance(value, (np.generic,)):
        return {"kind": "value", "data": value.item()}
    if value is None or isinstance(value, (str, int, float, bool)):
        return {"kind": "value", "data": value}
    return {"kind": type(value).__name__, "data": str(value)}


def numbers(array):
    return np.asarray(array).tolist()


if __name__ == "__main__":
    main()
