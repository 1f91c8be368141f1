import mlflow

with mlflow.start_run():
    mlflow.log_artifact("model.bin", "pickled")
    mlflow.onnx.log_model(None, name="net")
