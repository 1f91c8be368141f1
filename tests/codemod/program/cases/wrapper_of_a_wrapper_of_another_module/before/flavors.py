import mlflow


class Base:
    def publish(self, model, name):
        return mlflow.onnx.log_model(model, name=name)
