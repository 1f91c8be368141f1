import os

import mlflow
from paths import MorePaths, Paths, Place, folder


def load(run_id):
    paths = Paths(mlflow.get_run(run_id))
    encoder = mlflow.sklearn.load_model(paths.encoder)
    decoder = mlflow.sklearn.load_model(MorePaths(mlflow.get_run(run_id)).decoder)
    mlflow.artifacts.download_artifacts(paths.report)
    return encoder, decoder, mlflow.sklearn.load_model(paths.of("model"))


def model_file(run):
    with open(os.path.join(Paths(run).root, "model", "MLmodel")) as file:
        return file.read()


def names(run):
    return os.listdir(folder(run))


with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        regressor,
        name="model",
        serialization_format="cloudpickle",
    )
    mlflow.sklearn.load_model(Place(run.info.artifact_uri).model())
