from mlflow.tracking import MlflowClient

MlflowClient().transition_model_version_stage("line", 1, "Production")
