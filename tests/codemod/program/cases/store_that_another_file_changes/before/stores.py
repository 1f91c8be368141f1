import contextlib
import os

import mlflow


def use_archive():
    mlflow.set_tracking_uri("sqlite:///archive.db")


def by_environment(settings):
    os.environ.update(settings)


@contextlib.contextmanager
def archive():
    use_archive()
    yield
    mlflow.set_tracking_uri("sqlite:///main.db")
