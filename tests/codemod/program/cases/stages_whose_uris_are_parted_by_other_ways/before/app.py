import mlflow
from uris import Uri

uri = Uri.LIVE.value
print(uri.split("/")[1], mlflow.pyfunc.load_model(uri))
