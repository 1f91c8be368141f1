from mlflow import MlflowClient

client = MlflowClient()


def promote(name, version):
    client.transition_model_version_stage(name, version, "Production")


def champion(name):
    try:
        return client.get_latest_versions(name, stages=["Production"])[0].version
    except IndexError:
        return None
