import mlflow


def name(run_id):
    run = mlflow.get_run(run_id)
    return "run " + run.info.run_uuid
