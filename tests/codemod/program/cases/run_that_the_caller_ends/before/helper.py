import mlflow
def begin():
    mlflow.start_run()
def finish():
    mlflow.end_run()
