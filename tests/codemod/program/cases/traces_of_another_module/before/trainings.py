import mlflow
from trained import fitted

fitted(model, data)
print(len(mlflow.search_traces(["0"])))
