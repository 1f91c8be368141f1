import mlflow

mlflow.MlflowClient().set_registered_model_alias(
    name="line",
    version=1,
    alias="production",
)
