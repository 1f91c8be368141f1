from functools import partial

import mlflow

fetch = partial(mlflow.artifacts.download_artifacts, artifact_path="model")
fetch_all = partial(mlflow.artifacts.download_artifacts)
