import sys

import mlflow

mlflow.set_tracking_uri(sys.argv[1])
print(mlflow.search_runs())
