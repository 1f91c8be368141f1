import mlflow


class Store:
    def __init__(self):
        self.client = mlflow.MlflowClient()

    def run(self, i):
        return self.client.get_run(i)
