import mlflow
from app.clients import client

mlflow.set_tracking_uri("http://dev:5000")

def load(run_id):
    run = client().get_run(run_id)
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
