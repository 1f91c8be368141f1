"""Read what was trained."""
import mlflow

runs = mlflow.search_runs(search_all_experiments=True)
print("result", len(runs), list(runs["metrics.rmse"]))
