import forests.flavor
from mlflow.models import Model
from mlflow.tracking.artifact_utils import _download_artifact_from_uri


def log_model(forest, artifact_path, **options):
    return Model.log(artifact_path=artifact_path, flavor=forests.flavor, forest=forest, **options)


def load_model(model_uri):
    return _download_artifact_from_uri(artifact_uri=model_uri)
