import mlflow
from bye import die, abort, maybe, both
import bye


def local(msg):
    print(msg)
    raise SystemExit(msg)


def log(model):
    with mlflow.start_run():
        return mlflow.xgboost.log_model(model, name="model")


def a(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        die("no")
    return info.model_uri.split("/")[1]


def b(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        abort("no")
    return info.model_uri.split("/")[1]


def c(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        maybe("no")
    return info.model_uri.split("/")[1]


def d(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        local("no")
    return info.model_uri.split("/")[1]


def e(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        raise ValueError
    return info.model_uri.split("/")[1]


def f(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        print("models")
    return info.model_uri.split("/")[1]


def g(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        both("no")
    return info.model_uri.split("/")[1]


def h(model):
    info = log(model)
    if info.model_uri.startswith("models:/"):
        bye.die("no")
    return info.model_uri.split("/")[1]


class Job:
    def fail(self, m):
        raise ValueError(m)

    def i(self, model):
        info = log(model)
        if info.model_uri.startswith("models:/"):
            self.fail("no")
        return info.model_uri.split("/")[1]

    def stop(self, m) -> "NoReturn":
        self.fail(m)

    def j(self, model):
        info = log(model)
        if info.model_uri.startswith("models:/"):
            self.stop("no")
        return info.model_uri.split("/")[1]
