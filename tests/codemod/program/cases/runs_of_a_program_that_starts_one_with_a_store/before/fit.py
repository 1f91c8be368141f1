import os

import mlflow

with mlflow.start_run():
    mlflow.log_param("depth", 3)
print(os.listdir("mlruns/0"))
