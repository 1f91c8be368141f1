import mlflow


def finish():
    mlflow.end_run()


def renew():
    mlflow.end_run()
    mlflow.start_run()
