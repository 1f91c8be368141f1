import mlflow
from bots import ask

ask("a")
mlflow.flush_trace_async_logging()
print(len(mlflow.search_traces(["0"])))
