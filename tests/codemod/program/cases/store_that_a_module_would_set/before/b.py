import mlflow
from conf import NAME
print(mlflow.search_runs(experiment_names=[NAME]))
