import mlflow


def save(model, where):
    mlflow.onnx.log_model(model, name=where)
