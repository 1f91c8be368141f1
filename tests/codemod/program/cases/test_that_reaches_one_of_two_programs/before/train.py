import mlflow


def train(model):
    with mlflow.start_run():
        mlflow.onnx.log_model(model, "model")
