import mlflow
from paths import path

model = mlflow.pyfunc.load_model(path("models:/line", "production"))
