import mlflow
def read(run_id):
    return mlflow.get_run(run_id).data.tags["mlflow.gitBranchName"]
