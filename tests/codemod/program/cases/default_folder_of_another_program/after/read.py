"""Read what was trained."""
import os

import mlflow

os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")
runs = mlflow.search_runs(search_all_experiments=True)
print("result", len(runs), list(runs["metrics.rmse"]))
