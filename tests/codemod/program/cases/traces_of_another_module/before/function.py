import mlflow
from bots import ask

ask("a")
print(len(mlflow.search_traces(["0"])))
