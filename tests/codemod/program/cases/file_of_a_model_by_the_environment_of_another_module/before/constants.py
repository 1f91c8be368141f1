import os

MODEL_FILE = os.environ.get("MODEL_FILE", "model.xgb")
OTHER_FILE = os.environ.get("OTHER_FILE", "other.json")
