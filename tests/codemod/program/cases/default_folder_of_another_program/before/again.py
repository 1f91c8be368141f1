import train
import mlflow

print(mlflow.search_runs())
