import contextlib
import mlflow
@contextlib.contextmanager
def session():
    with mlflow.start_run(nested=True) as run:
        yield run
class Session:
    def __enter__(self):
        self.run = mlflow.start_run()
        return self
    def __exit__(self, *error):
        mlflow.end_run()
