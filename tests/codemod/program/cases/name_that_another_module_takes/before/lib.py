import mlflow


def log_it(model, artifact_path, **options):
    mlflow.pyfunc.log_model(python_model=model, name=artifact_path, **options)


def log_all(model, **options):
    mlflow.pyfunc.log_model(python_model=model, **options)


class Tracker:
    def log(self, model, name="model"):
        mlflow.onnx.log_model(model, name=name)
