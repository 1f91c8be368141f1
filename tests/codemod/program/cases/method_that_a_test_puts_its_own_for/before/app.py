import mlflow


class Logger:
    def log(self, model):
        return self._send(model, artifact_path="model", serialization_format="cloudpickle")

    def _send(self, model, **kwargs):
        return mlflow.onnx.log_model(model, **kwargs)


class Plain:
    def log(self, model):
        return self._keep(model, artifact_path="model")

    def _keep(self, model, **kwargs):
        return mlflow.onnx.log_model(model, **kwargs)
