import mlflow

put = lambda model, **options: mlflow.xgboost.log_model(model, **options)
keep = lambda model, name: mlflow.xgboost.log_model(model, name=name)
show = lambda model, **options: print(model, options)


class Tracker:
    log = lambda self, model, name: mlflow.xgboost.log_model(model, name=name)


def run(model):
    put(model, artifact_path="model")
    show(model, artifact_path="model")
