import contextlib

import mlflow


@contextlib.contextmanager
def nested():
    with mlflow.start_run(nested=True):
        yield
