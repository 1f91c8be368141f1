from contextlib import nullcontext
import sys
LOGGED = []
xgboost = sys.modules[__name__]
def start_run():
    return nullcontext()
def log_model(model, artifact_path):
    LOGGED.append(artifact_path)
