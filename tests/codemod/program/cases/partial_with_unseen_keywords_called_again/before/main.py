import functools

import mlflow


class Callback:
    def __init__(self, **options):
        self.save = functools.partial(mlflow.onnx.log_model, artifact_path="net", **options)

    def end(self, model):
        self.save(model)
        self.save(onnx_model=model, artifact_path="last")
