from functools import partial

import mlflow

log = partial(mlflow.sklearn.log_model, artifact_path="model", serialization_format="cloudpickle")
