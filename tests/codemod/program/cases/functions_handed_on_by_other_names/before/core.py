from mlflow.sklearn import log_model as log_sk
from mlflow.sklearn import save_model as save_sk

SAVERS = {}


def saver(kind):
    def wrap(function):
        SAVERS[kind] = function
        return function

    return wrap


saver("forest")(save_sk)
