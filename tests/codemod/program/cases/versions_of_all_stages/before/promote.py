from mlflow import MlflowClient


def promote(name, version):
    MlflowClient().transition_model_version_stage(name, version, "Production")
