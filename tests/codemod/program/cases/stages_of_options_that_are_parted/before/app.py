import argparse

import mlflow
from mlflow.tracking import MlflowClient

parser = argparse.ArgumentParser()
parser.add_argument("--uri", default="models:/churn/Production")
args = parser.parse_args()
MlflowClient().transition_model_version_stage("churn", 1, "Production")
print(args.uri.split("/")[1], mlflow.pyfunc.load_model(args.uri))
