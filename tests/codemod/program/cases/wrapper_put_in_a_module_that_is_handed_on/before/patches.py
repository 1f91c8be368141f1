import functools
import mlflow
def wrap(module):
    original = module.log_model
    @functools.wraps(original)
    def log_model(model, artifact_path, *args, **kwargs):
        return original(model, artifact_path + "-v2", *args, **kwargs)
    module.log_model = log_model
wrap(mlflow.sklearn)
