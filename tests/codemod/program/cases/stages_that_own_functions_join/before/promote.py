import mlflow

mlflow.MlflowClient().transition_model_version_stage("line", 1, "Production")
