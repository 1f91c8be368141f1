import contextlib

import mlflow


def tracked(name):
    @contextlib.contextmanager
    def inner():
        with mlflow.start_run(run_name=name):
            yield
    return inner()


def tracked2(name):
    @contextlib.contextmanager
    def inner():
        with mlflow.start_run(run_name=name):
            yield
    return inner


def tracked3(name):
    class Inner:
        def __enter__(self):
            self.run = mlflow.start_run(run_name=name)
            return self.run
        def __exit__(self, *a):
            mlflow.end_run()
    return Inner()


def tracked4(name):
    return mlflow.start_run(run_name=name)


def tracked5(name):
    @contextlib.contextmanager
    def inner():
        with mlflow.start_run(run_name=name):
            yield
    manager = inner()
    return manager


def not_tracked(name):
    @contextlib.contextmanager
    def inner():
        with mlflow.start_run(run_name=name):
            print(name)
        yield
    return inner()


def not_tracked2(name):
    def inner():
        with mlflow.start_run(run_name=name):
            print(name)
    inner()
    return contextlib.nullcontext()
