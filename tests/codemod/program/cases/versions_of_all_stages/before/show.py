from mlflow import MlflowClient

for version in MlflowClient().get_registered_model("line").latest_versions:
    print(version)
