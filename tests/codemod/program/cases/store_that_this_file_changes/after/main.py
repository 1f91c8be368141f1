import os

import mlflow


class Stores:
    def switch(self):
        mlflow.set_tracking_uri("sqlite:///archive.db")


def switch():
    Stores().switch()


def log(model):
    mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle")


def by_a_function(i):
    run = mlflow.get_run(i)
    switch()
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_a_method(i, stores):
    run = mlflow.get_run(i)
    stores.switch()
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_a_callback(i, actions):
    run = mlflow.get_run(i)
    for _ in map(switch, actions):
        pass
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_the_environment(i, key):
    run = mlflow.get_run(i)
    os.environ[key] = "sqlite:///archive.db"
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_another_variable(i):
    run = mlflow.get_run(i)
    os.environ["OMP_NUM_THREADS"] = "1"
    return mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")


def read_behind(i):
    uri = mlflow.get_run(i).info.artifact_uri + "/model"
    print(uri)
    mlflow.set_tracking_uri("sqlite:///archive.db")
    return mlflow.pyfunc.load_model(uri)


def by_the_reader(i):
    uri = mlflow.get_run(i).info.artifact_uri + "/model"
    return mlflow.artifacts.download_artifacts(uri, tracking_uri="sqlite:///archive.db")


def nothing_between(i):
    run = mlflow.get_run(i)
    log(None)
    return mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")


class Archive:
    def __enter__(self):
        mlflow.set_tracking_uri("sqlite:///archive.db")

    def __exit__(self, *error):
        pass

    @property
    def ready(self):
        switch()
        return True


def prepared(function):
    def inner():
        switch()
        return function()

    return inner


@prepared
def prepare():
    print("ready")


def by_a_context_manager(i):
    run = mlflow.get_run(i)
    archive = Archive()
    with archive:
        return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_a_property(i):
    archive = Archive()
    run = mlflow.get_run(i)
    assert archive.ready
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_a_decorator(i):
    run = mlflow.get_run(i)
    prepare()
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_an_action_of_a_list(i, actions):
    run = mlflow.get_run(i)
    for action in actions:
        action()
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
