import mlflow

with mlflow.start_run():
    mlflow.onnx.log_model(model, name="model", registered_model_name="churn")
