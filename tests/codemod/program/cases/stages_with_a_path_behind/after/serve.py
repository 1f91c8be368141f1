import mlflow

client = mlflow.MlflowClient()
client.set_registered_model_alias(name="line", version=1, alias="production")
model = mlflow.pyfunc.load_model("models:/line@production")
path = mlflow.artifacts.download_artifacts("models:/line@production/MLmodel")
