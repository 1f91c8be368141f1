import mlflow
from logs import log
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    log(LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0]), artifact_path="line")
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/line").predict([[1.0]]).round(3).tolist()
