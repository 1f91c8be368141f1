import mlflow


def keep(model):
    with mlflow.start_run():
        mlflow.onnx.log_model(model, "kept")
