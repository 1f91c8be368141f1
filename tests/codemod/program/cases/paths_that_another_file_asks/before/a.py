from mlflow import MlflowClient
import sys
PATHS = [f.path for f in MlflowClient().list_artifacts(sys.argv[1])]
assert "a.txt" in PATHS
