import mlflow
import numpy as np
import stores
from sklearn.linear_model import LinearRegression
from stores import archive


def train(X, y):
    stores.use_archive()
    with mlflow.start_run() as run:
        model = LinearRegression().fit(X, y)
        mlflow.sklearn.log_model(
            model,
            name="model",
            serialization_format="cloudpickle",
        )
        print(len(X), np.sum(model.predict(X)))
    return mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")


def between(i):
    run = mlflow.get_run(i)
    stores.use_archive()
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def by_name(i):
    uri = mlflow.get_run(i).info.artifact_uri + "/model"
    stores.by_environment({"MLFLOW_TRACKING_URI": "sqlite:///archive.db"})
    return mlflow.pyfunc.load_model(uri)


def in_a_loop(i):
    run = mlflow.get_run(i)
    for _ in range(2):
        mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
        stores.use_archive()


def inside(i):
    run = mlflow.get_run(i)
    with archive():
        mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def behind(i):
    with archive():
        run = mlflow.get_run(i)
    mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")


def before(i):
    stores.use_archive()
    run = mlflow.get_run(i)
    return mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")


def of_a_caller(run: mlflow.entities.Run):
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
