import mlflow, mlflow.sklearn
from a import PATHS
from sklearn.linear_model import LinearRegression
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit([[1]], [1]), "model")
if "model" in PATHS:
    print("ok")
