from . import sklearn
from contextlib import contextmanager


@contextmanager
def start_run():
    yield None
