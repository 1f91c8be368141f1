import mlflow
def log_again(m):
    mlflow.onnx.log_model(m, artifact_path="model")
