import mlflow
from app.registries import Registry

def load(run_id):
    mlflow.set_tracking_uri("http://dev:5000")
    run = Registry().run(run_id)
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
