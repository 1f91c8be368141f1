from mlflow.tracking import MlflowClient

MlflowClient().transition_model_version_stage("churn", 1, "Production")
