import mlflow
log = mlflow.onnx.log_model
def train(m):
    log(m, "model")
