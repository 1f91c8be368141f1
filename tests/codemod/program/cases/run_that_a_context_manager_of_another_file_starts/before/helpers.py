import mlflow, contextlib
@contextlib.contextmanager
def nested():
    with mlflow.start_run(nested=True):
        yield
