import mlflow


def keep_model(model, artifact_path):
    mlflow.onnx.log_model(model, name=artifact_path)


def score(model, data):
    return mlflow.evaluate(model, data)


def log(model, **options):
    mlflow.onnx.log_model(model, **options)
