import mlflow


def train(m):
    mlflow.onnx.log_model(m, "model")
