import mlflow


def log(model, **options):
    if "artifact_path" not in options:
        raise ValueError("where?")
    return mlflow.onnx.log_model(model, **options)


def plain(model, **options):
    options.setdefault("registered_model_name", "m")
    return mlflow.onnx.log_model(model, **options)
