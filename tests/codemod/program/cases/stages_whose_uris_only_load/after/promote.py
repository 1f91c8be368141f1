from mlflow.tracking import MlflowClient

MlflowClient().set_registered_model_alias(name="churn", version=1, alias="staging")
