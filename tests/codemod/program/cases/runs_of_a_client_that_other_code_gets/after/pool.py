from concurrent.futures import ThreadPoolExecutor
import mlflow, mlflow.sklearn
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression
def train(run_id):
    with mlflow.start_run(run_id=run_id):
        mlflow.sklearn.log_model(
            LinearRegression().fit([[1]], [1]),
            name="model",
            serialization_format="cloudpickle",
        )
client = MlflowClient()
run = client.create_run("0")
with ThreadPoolExecutor() as pool:
    pool.submit(train, run.info.run_id).result()
paths = [f.path for f in client.list_artifacts(run.info.run_id)]
print(paths)
assert "model" in paths
