import functools
import mlflow, mlflow.sklearn
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression
client = MlflowClient()
run = client.create_run("0")
resume = functools.partial(mlflow.start_run, run.info.run_id)
with resume():
    mlflow.sklearn.log_model(LinearRegression().fit([[1]], [1]), "model")
print([f.path for f in client.list_artifacts(run.info.run_id)])
