import mlflow
from store import Session, Store

with mlflow.start_run():
    mlflow.log_param("a", 1)
with Session():
    mlflow.onnx.log_model(model, name="first")
with Store() as store:
    mlflow.onnx.log_model(model, name="second")
