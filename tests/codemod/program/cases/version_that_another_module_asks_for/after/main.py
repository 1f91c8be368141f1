import mlflow
from compat import IS_3, is_mlflow3, name_option, schema

if IS_3:
    mlflow.onnx.log_model(model, name="model")
else:
    mlflow.onnx.log_model(model, "model")
if is_mlflow3():
    mlflow.onnx.log_model(model, name="model")
else:
    mlflow.onnx.log_model(model, "model")
mlflow.onnx.log_model(model, **name_option(mlflow.onnx.log_model, "model"))
if schema == 3:
    mlflow.onnx.log_model(model, name="model")
