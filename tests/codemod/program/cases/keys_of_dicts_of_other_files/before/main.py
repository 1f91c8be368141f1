import mlflow

import opts
from opts import CONSTANT, Job, handed_on, merged, new, without


def log(model, deep):
    mlflow.pyfunc.log_model(name="a", python_model=model, **Job().options(deep))
    mlflow.pyfunc.log_model(name="a", python_model=model, **merged())
    mlflow.pyfunc.log_model(name="a", python_model=model, **handed_on())
    mlflow.pyfunc.log_model(name="a", python_model=model, **CONSTANT)
    mlflow.pyfunc.log_model(name="a", python_model=model, **opts.CONSTANT)


def untouched(model):
    mlflow.pyfunc.log_model(name="a", python_model=model, **without())
    mlflow.pyfunc.log_model(name="a", python_model=model, **new())
    options = merged()
    del options["code_path"]
    mlflow.pyfunc.log_model(name="a", python_model=model, **options)
    run_job(**merged())
