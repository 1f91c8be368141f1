import functools

import mlflow

keep = functools.partial(mlflow.pytorch.save_model, conda_env=None)
