import mlflow
from reader import fetch, fetch_all

with mlflow.start_run() as run:
    mlflow.onnx.log_model(model, name="model")
print(fetch(run_id=run.info.run_id))
print(fetch_all(run_id=run.info.run_id))
