import mlflow

class Registry:
    def __init__(self, uri="http://prod:5000"):
        self.client = mlflow.MlflowClient(uri)
    def run(self, run_id):
        return self.client.get_run(run_id)
