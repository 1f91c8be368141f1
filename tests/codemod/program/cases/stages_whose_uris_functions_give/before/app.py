import mlflow
from uris import live

uri = live("churn")
print(uri.split("/")[1], mlflow.pyfunc.load_model(uri))
