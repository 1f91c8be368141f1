from lazily import LazyLoader, LazyModule, Settings

mlflow = LazyModule("mlflow")
flavor = LazyLoader("flavor", globals(), "mlflow.sklearn")
settings = Settings({})


def keep(model):
    mlflow.sklearn.log_model(model, "model", serialization_format="cloudpickle")
    flavor.log_model(model, "model", serialization_format="cloudpickle")
    settings.tracker.log_model(model, "model")
