import mlflow
class Trainer:
    def __init__(self, config):
        self.config = config
    def fit(self, data):
        self._log(build(self.config, data))
    def _log(self, model):
        mlflow.onnx.log_model(model, name="model")
        self.run_id = mlflow.active_run().info.run_id
