import mlflow, mlflow.sklearn
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression
with mlflow.start_run() as run:
    mlflow.log_text("a", "a.txt")
    mlflow.sklearn.log_model(LinearRegression().fit([[1]], [1]), "model")
files = MlflowClient().list_artifacts(run.info.run_id)
print({"a.txt"} < {f.path for f in files})
