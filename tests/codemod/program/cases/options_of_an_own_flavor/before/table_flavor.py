import sys

from mlflow.models import Model


def log_model(table, artifact_path, registered_model_name=None, **kwargs):
    options = dict(artifact_path=artifact_path, flavor=sys.modules[__name__])
    return Model.log(table=table, registered_model_name=registered_model_name, **options, **kwargs)
