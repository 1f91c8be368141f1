import os

from handler import Handler


os.environ.setdefault("MLFLOW_ALLOW_FILE_STORE", "true")


def first():
    Handler("file:./first")


def second():
    Handler("file:./second")
