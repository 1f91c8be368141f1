import os

import mlflow
from mlflow.tracking import MlflowClient

TEMPLATE = "models:/{name}/Production"
uri = TEMPLATE.format(name="churn")
other = "models:/%s/Staging" % "churn"
given = os.environ.get("MODEL", "models:/churn/Production")
MlflowClient().transition_model_version_stage("churn", 1, "Production")
MlflowClient().transition_model_version_stage("churn", 1, "Staging")
print(uri.split("/")[1], mlflow.pyfunc.load_model(uri), mlflow.pyfunc.load_model(other))
