import mlflow
from bots import Bot, plain

plain("a")
print(Bot().name(), len(mlflow.search_traces(["0"])))
