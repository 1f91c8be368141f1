"""Examples of MLF203."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
run_id = info.model_uri.split("/")[1]
result = mlflow.get_run(run_id).info.status
"""

_JOINED = """\
import mlflow
from mlflow.artifacts import load_text
from sklearn.linear_model import LinearRegression


def requirements(uri):
    return load_text(f"{uri}/requirements.txt").split()


with mlflow.start_run():
    info = mlflow.sklearn.log_model(
        LinearRegression(), artifact_path="model", pip_requirements=["scipy"], serialization_format="cloudpickle"
    )
result = "scipy" in requirements(info.model_uri)
"""
_DOWNLOADED = """\
import mlflow
from mlflow.artifacts import download_artifacts
from sklearn.linear_model import LinearRegression


def requirements(uri):
    with open(download_artifacts(artifact_uri=f"{uri}/requirements.txt")) as file:
        return file.read().split()


with mlflow.start_run():
    info = mlflow.sklearn.log_model(
        LinearRegression(), artifact_path="model", pip_requirements=["scipy"], serialization_format="cloudpickle"
    )
result = "scipy" in requirements(info.model_uri)
"""
_JOINED_BY_HAND = _JOINED.replace("artifact_path=", "name=").replace(
    "requirements(info.model_uri)", 'requirements(f"runs:/{info.run_id}/{info.name}")'
)

_LOGGED_PATH = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    info = mlflow.sklearn.log_model(
        LinearRegression(), "model", serialization_format="cloudpickle", pip_requirements=["scipy"]
    )
assert info.artifact_path == "model", info.artifact_path
result = info.artifact_path
"""
_RETURNED = """\
import re

import mlflow
from sklearn.linear_model import LinearRegression


def train():
    with mlflow.start_run():
        info = mlflow.sklearn.log_model(
            LinearRegression(), artifact_path="model", serialization_format="cloudpickle", pip_requirements=["scipy"]
        )
    return info.model_uri


run_id = re.match(r"runs:/([0-9a-f]+)/", train()).group(1)
result = mlflow.get_run(run_id).info.status
"""
_SOURCE = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.sklearn.log_model(
        LinearRegression(),
        artifact_path="model",
        registered_model_name="line",
        serialization_format="cloudpickle",
        pip_requirements=["scipy"],
    )
client = mlflow.MlflowClient()
version = client.get_model_version("line", "1")
result = "MLmodel" in os.listdir(version.source.replace("file://", ""))
"""

EXAMPLES: tuple[Example, ...] = (
    program(
        "the run's id out of the URI",
        _PROGRAM,
        runs={"2 before": Run(), "3 before": Run(raises="MlflowException: not found"), "3 by hand": Run()},
        by_hand=_PROGRAM.replace("artifact_path=", "name=").replace('info.model_uri.split("/")[1]', "info.run_id"),
    ),
    program(
        "a test for runs:/",
        _PROGRAM.partition("run_id")[0] + 'result = info.model_uri.startswith("runs:/")\nassert result\n',
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError")},
    ),
    program(
        "the logged path",
        _LOGGED_PATH,
        _LOGGED_PATH.replace("info.artifact_path", "info.name"),
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError"), "3 after": Run()},
    ),
    reported(
        "the logged path of an info that another job logged",
        """
            import mlflow
            info = mlflow.models.get_model_info(uri)
            print(info.artifact_path)
            """,
    ),
    reported(
        "the place of a model that code of MLflow 3 logs",
        """
            import os
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            print(os.listdir(info.artifact_path))
            """,
    ),
    reported(
        "the logged path, for code that runs on both",
        """
            import mlflow
            info = mlflow.onnx.log_model(m, artifact_path="m")
            print(info.artifact_path)
            """,
        target="both",
    ),
    reported(
        "the logged path in the metadata of a loaded model",
        """
            import mlflow
            print(mlflow.pyfunc.load_model(uri).metadata.artifact_path)
            """,
    ),
    untouched(
        "metadata that the code makes",
        """
            from mlflow.models import Model
            model = Model(artifact_path="m", run_id=run_id)
            print(model.artifact_path)
            """,
    ),
    program(
        "a URI that a function returns",
        _RETURNED,
        runs={"2 before": Run(), "3 before": Run(raises="AttributeError: 'NoneType' object"), "3 by hand": Run()},
        by_hand=_RETURNED.replace("artifact_path=", "name=")
        .replace("import re\n\n", "")
        .replace("return info.model_uri", "return info.run_id")
        .replace('re.match(r"runs:/([0-9a-f]+)/", train()).group(1)', "train()"),
    ),
    reported(
        "kept in an attribute, unpacked from a tuple, taken from a dict",
        """
            from urllib.parse import urlparse

            import mlflow


            class Trainer:
                def train(self):
                    self.uri = mlflow.onnx.log_model(m, name="m").model_uri
                    return {"uri": self.uri}, self.uri

                def run_id(self):
                    return self.uri.split("/")[1]


            result, uri = Trainer().train()
            path = urlparse(result["uri"]).path
            run_id = uri[6:38]
            """,
    ),
    reported(
        "a comparison with the form of MLflow 2",
        """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            assert info.model_uri == f"runs:/{info.run_id}/m"
            """,
    ),
    reported(
        "the place behind it",
        """
            import mlflow
            from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository
            place = RunsArtifactRepository.get_underlying_uri(mlflow.onnx.log_model(m, name="m").model_uri)
            """,
    ),
    program(
        "the source of a version as a path",
        _SOURCE,
        runs={"2 before": Run(), "3 before": Run(raises="FileNotFoundError: models:/m-"), "3 by hand": Run()},
        by_hand=_SOURCE.replace("artifact_path=", "name=").replace(
            "version.source", 'client.get_model_version_download_uri("line", "1")'
        ),
    ),
    reported(
        "the source of each version, taken apart and joined",
        """
            import os
            from mlflow import MlflowClient
            for version in MlflowClient().search_model_versions("name='m'"):
                print(version.source.split("/")[-2], os.path.join(version.source, "MLmodel"))
            """,
    ),
    untouched(
        "the form of MLflow 3",
        """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            assert info.model_uri.startswith("models:/m-")
            """,
    ),
    untouched(
        "code that knows both forms",
        """
            import mlflow


            def run_of(info: mlflow.models.model.ModelInfo):
                if info.model_uri.startswith("models:/"):
                    return info.run_id
                return info.model_uri.split("/")[1]
            """,
    ),
    untouched(
        "the source of a version that is loaded or shown",
        """
            import mlflow
            version = mlflow.MlflowClient().get_model_version("m", 1)
            print(version.source)
            model = mlflow.pyfunc.load_model(version.source)
            """,
    ),
    untouched(
        "two URIs that are compared",
        """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            assert info.model_uri == last_uri
            """,
    ),
    untouched(
        "another source",
        """
        import mlflow
        print(config.source.split("/"), mlflow.__version__)
        """,
    ),
    reported(
        "through a parameter",
        """
            import mlflow
            def run_of(info):
                return info.model_uri.split("/")[1]
            run_of(mlflow.onnx.log_model(m, name="m"))
            """,
    ),
    program(
        "a file below it, in a function of one's own",
        _JOINED,
        runs={
            "2 before": Run(),
            "3 before": Run(raises="MlflowException: Registered Model.* not found"),
            "3 by hand": Run(),
        },
        by_hand=_JOINED_BY_HAND,
    ),
    program(
        "a download of a file below it",
        _DOWNLOADED,
        _DOWNLOADED.replace('artifact_uri=f"{uri}/requirements.txt")', 'artifact_uri=uri) + "/requirements.txt"'),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="MlflowException: Registered Model.* not found"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    fixed(
        "downloads of joined paths",
        """
            import os

            import mlflow

            info = mlflow.onnx.log_model(m, name='m')
            a = mlflow.artifacts.download_artifacts(info.model_uri + '/data/' + name)
            b = mlflow.artifacts.download_artifacts(os.path.join(info.model_uri, 'MLmodel'))
            c = mlflow.artifacts.download_artifacts(f'{info.model_uri}/{name}')
            """,
        """
            import os

            import mlflow

            info = mlflow.onnx.log_model(m, name='m')
            a = mlflow.artifacts.download_artifacts(info.model_uri) + '/data/' + name
            b = os.path.join(mlflow.artifacts.download_artifacts(info.model_uri), 'MLmodel')
            c = mlflow.artifacts.download_artifacts(info.model_uri) + f'/{name}'
            """,
        unsafe=True,
    ),
    reported(
        "a download into a folder of one's own",
        """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            mlflow.artifacts.download_artifacts(info.model_uri + "/MLmodel", dst_path="here")
            """,
        unsafe=True,
    ),
    reported(
        "a download as a part of a longer expression",
        """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            print(mlflow.artifacts.download_artifacts(f"{info.model_uri}/MLmodel").upper())
            """,
        unsafe=True,
    ),
    reported(
        "a path joined to a variable",
        """
            import mlflow
            import os
            uri = mlflow.onnx.log_model(m, name="m").model_uri
            print(os.path.join(uri, "MLmodel"))
            """,
    ),
    untouched(
        "a string that begins with it",
        """
        import mlflow
        uri = mlflow.onnx.log_model(m, name="m").model_uri
        print(f"{uri} was logged", uri + "\\n")
        """,
    ),
    untouched(
        "a function that loads it",
        """
            import mlflow
            def load(uri):
                return mlflow.pyfunc.load_model(uri)
            load(mlflow.onnx.log_model(m, name="m").model_uri)
            """,
    ),
    untouched(
        "loading by it",
        """
            import mlflow
            mlflow.onnx.load_model(mlflow.onnx.log_model(m, name="m").model_uri)
            """,
    ),
    untouched(
        "an argument of that name",
        """
            import mlflow
            mlflow.pyfunc.load_model(model_uri="models:/m/1".strip())
            """,
    ),
    untouched(
        "another artifact_path",
        """
            import mlflow
            def f(config):
                return config.artifact_path
            """,
    ),
    untouched(
        "a settings object of one's own",
        """
            class Settings:
                model_uri = "a/b"
            print(Settings().model_uri.split("/"))
            """,
    ),
)
