import mlflow
from paths import model, path, uri


def read(run_id):
    mlflow.pyfunc.load_model(uri(run_id, "line"))
    mlflow.pyfunc.load_model(path("runs:", run_id, "line"))
    mlflow.pyfunc.load_model(model(run_id, "line"))
    mlflow.pyfunc.load_model(model(run_id, "models/forest"))
    mlflow.pyfunc.load_model(model(run_id, "other"))
