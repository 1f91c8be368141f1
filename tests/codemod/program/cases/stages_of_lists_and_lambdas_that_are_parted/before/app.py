import mlflow
from refs import REFS

for name, uri in REFS:
    print(name, uri.split("/")[1], mlflow.pyfunc.load_model(uri))
