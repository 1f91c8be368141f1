import mlflow
def rid():
    run = mlflow.active_run()
    return run.info.run_uuid
