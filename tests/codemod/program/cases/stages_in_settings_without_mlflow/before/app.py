import mlflow
from settings import cfg

v = cfg.version
model = mlflow.pyfunc.load_model(f"models:/{cfg.name}/{v}")
