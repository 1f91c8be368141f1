import mlflow
from pkg.tracking import Tracker, log, root

run_id = log(model).split("/")[1]
info = Tracker().log(model)
assert info.model_uri.startswith("runs:/")
mlflow.pyfunc.load_model(root() + "/model")
mlflow.pyfunc.load_model(info.model_uri)
