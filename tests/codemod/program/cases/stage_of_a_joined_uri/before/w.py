import mlflow
client = mlflow.MlflowClient()
client.transition_model_version_stage("m", "1", "Production")
