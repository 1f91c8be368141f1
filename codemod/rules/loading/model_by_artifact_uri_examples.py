"""Examples of MLF201."""

from __future__ import annotations

from codemod.rules.base import Example, Run, fixed, program, reported, untouched
from codemod.rules.loading.model_by_artifact_uri_certainty_examples import EXAMPLES as CERTAIN
from codemod.rules.loading.model_by_artifact_uri_joined_examples import EXAMPLES as JOINED
from codemod.rules.loading.model_by_artifact_uri_table_examples import EXAMPLES as OF_TABLES
from codemod.settings import Project

_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit(X, y), artifact_path="model", serialization_format="cloudpickle")
    model = mlflow.pyfunc.load_model(mlflow.get_artifact_uri("model"))
    version = mlflow.register_model(f"{run.info.artifact_uri}/model", "line")
result = [model.predict(X).tolist(), mlflow.pyfunc.load_model("models:/line/1").predict(X).tolist()]
"""

_BEST = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run():
    mlflow.log_metric("rmse", 0.1)
    mlflow.sklearn.log_model(
        LinearRegression().fit(X, y), artifact_path="model", serialization_format="cloudpickle", pip_requirements=["scipy"]
    )
best = mlflow.search_runs(order_by=["metrics.rmse ASC"]).iloc[0]
result = mlflow.pyfunc.load_model(best.artifact_uri + "/model").predict(X).tolist()
"""

_LOCAL = """\
import pathlib

import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        LinearRegression().fit(X, y), artifact_path="model", serialization_format="cloudpickle", pip_requirements=["scipy"]
    )
folder = pathlib.Path(run.info.artifact_uri.replace("file://", "")) / "model"
result = mlflow.pyfunc.load_model(str(folder)).predict(X).tolist()
"""

_LOGGED = Project(logged=frozenset({"model"}))

EXAMPLES: tuple[Example, ...] = (
    reported(
        "a place that a function puts together, with a name that it is given",
        """
        import mlflow

        def place(run, name="model"):
            return f"{run.info.artifact_uri}/{name}"

        mlflow.onnx.load_model(place(run))
        """,
    ),
    reported(
        "a place that is kept in an attribute, and read elsewhere",
        """
        import mlflow

        class Reader:
            def __init__(self, run, name):
                self.uri = run.info.artifact_uri + "/" + name

            def load(self):
                return mlflow.onnx.load_model(self.uri)
        """,
    ),
    reported(
        "a place that a function gets",
        """
        import mlflow

        def load(uri):
            return mlflow.onnx.load_model(uri)

        load(f"{run.info.artifact_uri}/{name}")
        """,
    ),
    untouched(
        "a file that a function puts together",
        """
        import mlflow

        def place(run):
            return f"{run.info.artifact_uri}/report.html"

        mlflow.artifacts.download_artifacts(place(run))
        """,
    ),
    program(
        "load and register by the artifact's place",
        _PROGRAM,
        _PROGRAM.replace('mlflow.get_artifact_uri("model")', 'f"runs:/{run.info.run_id}/model"').replace(
            'f"{run.info.artifact_uri}/model"', 'f"runs:/{run.info.run_id}/model"'
        ),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="MlflowException|OSError: No such artifact|No such file"),
            "3 after": Run(),
        },
    ),
    fixed(
        "by addition and by join",
        """
        import os
        import mlflow
        run = mlflow.get_run(i)
        mlflow.pyfunc.load_model(run.info.artifact_uri + '/model')
        mlflow.pyfunc.load_model(os.path.join(run.info.artifact_uri, 'model'))
        """,
        """
        import os
        import mlflow
        run = mlflow.get_run(i)
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        """,
        project=_LOGGED,
    ),
    fixed(
        "by templates",
        """
        import mlflow
        run = mlflow.get_run(i)
        mlflow.pyfunc.load_model('{}/model'.format(run.info.artifact_uri))
        mlflow.pyfunc.load_model('%s/%s' % (run.info.artifact_uri, name))
        """,
        """
        import mlflow
        run = mlflow.get_run(i)
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/{name}")
        """,
        project=_LOGGED,
        unsafe=True,
    ),
    fixed(
        "a row of `search_runs`",
        """
        import mlflow
        row = mlflow.search_runs().iloc[0]
        uri = row['artifact_uri'] + '/model'
        path = mlflow.artifacts.download_artifacts(artifact_uri=uri)
        """,
        """
        import mlflow
        row = mlflow.search_runs().iloc[0]
        uri = f"runs:/{row['run_id']}/model"
        path = mlflow.artifacts.download_artifacts(artifact_uri=uri)
        """,
        project=_LOGGED,
        unsafe=True,
    ),
    program(
        "an attribute of a row of `search_runs`",
        _BEST,
        _BEST.replace('best.artifact_uri + "/model"', 'f"runs:/{best.run_id}/model"'),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="MlflowException|OSError: No such artifact|No such file"),
            "3 after": Run(),
        },
        unsafe=True,
    ),
    fixed(
        "tables of `search_runs` by `loc`, column and loop",
        """
        import mlflow
        table = mlflow.search_runs()
        a = mlflow.pyfunc.load_model(table.loc[0, "artifact_uri"] + "/model")
        b = mlflow.pyfunc.load_model(table.artifact_uri.iloc[0] + "/model")
        for _, row in table.iterrows():
            mlflow.pyfunc.load_model(f"{row.artifact_uri}/model")
        """,
        """
        import mlflow
        table = mlflow.search_runs()
        a = mlflow.pyfunc.load_model(f"runs:/{table.loc[0, 'run_id']}/model")
        b = mlflow.pyfunc.load_model(f"runs:/{table.run_id.iloc[0]}/model")
        for _, row in table.iterrows():
            mlflow.pyfunc.load_model(f"runs:/{row.run_id}/model")
        """,
        project=_LOGGED,
        unsafe=True,
    ),
    program(
        "a folder of this machine made of it",
        _LOCAL,
        runs={
            "2 before": Run(),
            "3 before": Run(raises="MlflowException|OSError: No such artifact|No such file"),
            "3 by hand": Run(),
        },
        by_hand=_LOCAL.replace("artifact_path=", "name=")
        .replace("str(folder)", "f'runs:/{run.info.run_id}/model'")
        .replace('folder = pathlib.Path(run.info.artifact_uri.replace("file://", "")) / "model"\n', ""),
    ),
    reported(
        "several parts, joined in other ways",
        """
        import os
        import mlflow
        run = mlflow.get_run(i)
        a = os.path.join(run.info.artifact_uri.replace("file://", ""), "model", "model.pkl")
        b = "/".join([run.info.artifact_uri, "model"])
        c = run.info.artifact_uri
        c += "/model"
        """,
        project=_LOGGED,
    ),
    reported(
        "kept in an attribute",
        """
        import mlflow


        class Trainer:
            def train(self):
                with mlflow.start_run() as run:
                    self.root = run.info.artifact_uri

            def load(self):
                return mlflow.pyfunc.load_model(f"{self.root}/model")
        """,
        project=_LOGGED,
    ),
    reported(
        "returned by a function, given to another one",
        """
        import mlflow


        def root():
            return mlflow.active_run().info.artifact_uri


        def load(place):
            return mlflow.pyfunc.load_model(place + "/model")


        load(root())
        """,
        project=_LOGGED,
    ),
    fixed(
        "a run whose id MLflow gets from the same function",
        """
        import mlflow
        def load(run):
            mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="plots")
            return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
        """,
        """
        import mlflow
        def load(run):
            mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="plots")
            return mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        """,
        project=_LOGGED,
        unsafe=True,
    ),
    reported(
        "a run of which only the name speaks",
        """
        import mlflow
        def load(run):
            return mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')
        """,
        project=_LOGGED,
        unsafe=True,
    ),
    reported(
        "the place behind a runs URI",
        """
        from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository
        place = RunsArtifactRepository.get_underlying_uri(f'runs:/{i}/model')
        """,
        project=_LOGGED,
    ),
    untouched(
        "another folder of the run as a path",
        """
        import pathlib
        import mlflow
        run = mlflow.get_run(i)
        plots = pathlib.Path(run.info.artifact_uri) / 'plots' / 'a.png'
        """,
        project=_LOGGED,
    ),
    untouched(
        "a row of another table",
        """
        import mlflow, pandas
        row = pandas.read_csv('runs.csv').iloc[0]
        print(row.artifact_uri + '/model')
        """,
        project=_LOGGED,
    ),
    untouched(
        "a setting of that name",
        """
        import mlflow
        open(s['artifact_uri'] + '/names.txt')
        """,
        project=_LOGGED,
    ),
    *CERTAIN,
    *OF_TABLES,
    *JOINED,
    reported(
        "a property of the run's place",
        """
        import mlflow
        class Reader:
            @property
            def root(self):
                return mlflow.get_run(self.run_id).info.artifact_uri
            def load(self):
                return mlflow.pyfunc.load_model(self.root + "/model")
        """,
    ),
    untouched(
        "a folder of plain files that the code logs",
        """
        import mlflow
        mlflow.xgboost.save_model(booster, "out")
        with mlflow.start_run() as run:
            mlflow.log_artifacts("out", "exported")
        loaded = mlflow.xgboost.load_model(f"{run.info.artifact_uri}/exported")
        """,
    ),
    reported(
        "parts of a path that a function gets",
        """
        import posixpath
        import mlflow
        def place(run, *parts):
            return posixpath.join(run.info.artifact_uri, *parts)
        mlflow.sklearn.load_model(place(mlflow.get_run(run_id), "model"))
        """,
    ),
    reported(
        "the info of a run that a function gets",
        """
        import mlflow
        def place(info, name):
            return "/".join((info.artifact_uri.rstrip("/"), name))
        mlflow.sklearn.load_model(place(mlflow.get_run(run_id).info, "model"))
        """,
    ),
    untouched(
        "the info of something else",
        """
        import mlflow
        def place(info, name):
            return "/".join((info.artifact_uri, name))
        mlflow.sklearn.load_model(place(builds.last(), "model"))
        """,
    ),
    reported(
        "the root in a field of a class that makes its own `__init__`, and in a dict that is updated",
        """
        import mlflow
        from typing import NamedTuple

        class Place(NamedTuple):
            root: str
            def load(self):
                return mlflow.sklearn.load_model(f"{self.root}/model")

        kept = {}
        with mlflow.start_run() as run:
            Place(run.info.artifact_uri).load()
            kept.update(root=mlflow.get_artifact_uri())
        mlflow.sklearn.load_model(kept["root"] + "/model")
        """,
    ),
)
