import wrapt
@wrapt.patch_function_wrapper("mlflow.sklearn", "log_model")
def wrapper(wrapped, instance, args, kwargs):
    kwargs["artifact_path"] += "-v2"
    return wrapped(*args, **kwargs)
