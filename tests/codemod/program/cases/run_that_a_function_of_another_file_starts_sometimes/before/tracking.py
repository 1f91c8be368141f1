import mlflow


def setup(config):
    if config.track:
        mlflow.start_run()


def sure(run_id=None):
    if run_id:
        mlflow.start_run(run_id=run_id)
    else:
        mlflow.start_run()


def again():
    try:
        mlflow.start_run()
    except Exception:
        mlflow.end_run()
        mlflow.start_run()
