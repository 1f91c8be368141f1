import mlflow

client = mlflow.MlflowClient()
client.transition_model_version_stage("line", 1, "Production")
model = mlflow.pyfunc.load_model("models:/line/Production")
path = mlflow.artifacts.download_artifacts("models:/line/Production/MLmodel")
