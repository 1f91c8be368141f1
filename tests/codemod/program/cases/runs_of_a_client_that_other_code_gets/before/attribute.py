import mlflow, mlflow.sklearn
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression
class Job:
    client = MlflowClient()
    run = client.create_run("0")
    print(client.list_artifacts(run.info.run_id))
    def train(self):
        with mlflow.start_run(run_id=self.run.info.run_id):
            mlflow.sklearn.log_model(LinearRegression().fit([[1]], [1]), "model")
