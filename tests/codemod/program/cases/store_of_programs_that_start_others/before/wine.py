from urllib.parse import urlparse

import mlflow

with mlflow.start_run():
    mlflow.log_metric("rmse", 0.1)
scheme = urlparse(mlflow.get_tracking_uri()).scheme
if scheme != "file":
    print("there is a registry")
