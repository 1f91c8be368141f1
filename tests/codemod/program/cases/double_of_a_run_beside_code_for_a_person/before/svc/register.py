from mlflow import MlflowClient


class Registrar:
    def __init__(self, client=None):
        self.client = client or MlflowClient()

    def latest_run(self, exp):
        run = self.client.search_runs([exp], max_results=1)[0]
        return {"id": run.info.run_uuid, "uri": f"{run.info.artifact_uri}/model"}
