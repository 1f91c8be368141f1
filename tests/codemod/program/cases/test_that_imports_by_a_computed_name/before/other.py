import mlflow


def other(model):
    with mlflow.start_run():
        mlflow.onnx.log_model(model, "other")
