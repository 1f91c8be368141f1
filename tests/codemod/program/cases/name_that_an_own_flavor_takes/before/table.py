import sys

from mlflow.models import Model


def log_model(table, artifact_path, **more):
    return Model.log(artifact_path=artifact_path, flavor=sys.modules[__name__], table=table, **more)
