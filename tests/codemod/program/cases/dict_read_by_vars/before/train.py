import mlflow
OPTS = {"artifact_path": "a"}
def log(m):
    mlflow.onnx.log_model(m, **OPTS)
