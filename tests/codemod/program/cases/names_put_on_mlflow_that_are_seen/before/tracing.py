import gorilla
import mlflow

WRAPPED = {"log_metric": print, "set_tag": print}


@gorilla.patch(mlflow, name="log_params")
def log_params(params):
    gorilla.get_original_attribute(mlflow, "log_params")(params)


def patch_kind(kind, function):
    setattr(mlflow, f"log_{kind}", function)


def install():
    for name, function in WRAPPED.items():
        setattr(mlflow, name, function)
    setattr(mlflow, "team", "vision")
