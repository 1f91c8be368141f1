# codemod: skip-file
from mlflow import MlflowClient

MlflowClient().transition_model_version_stage("line", 1, "Production")
