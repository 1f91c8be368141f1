import importlib


def optional(name):
    if importlib.util.find_spec(name) is None:
        return None, False
    return importlib.import_module(name), True


mlf, _ = optional("mlflow")
mlf.xgboost.log_model(model, name="model")
