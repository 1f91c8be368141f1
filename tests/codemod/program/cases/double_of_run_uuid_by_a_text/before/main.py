import mlflow
def rid():
    with mlflow.start_run() as run:
        return run.info.run_uuid
