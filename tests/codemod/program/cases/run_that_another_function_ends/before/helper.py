import mlflow
def begin():
    mlflow.start_run()
    mlflow.log_param("a", 1)
    done()
def done():
    mlflow.end_run()
