import mlflow
def show(run_id):
    return mlflow.get_run(run_id).info.run_uuid
