"""Examples of MLF201 that hang on which run, which store and which model a path leads to."""

from __future__ import annotations

from dataclasses import replace

from codemod.rules.base import Example, Run, fixed, program, reported, untouched
from codemod.settings import Project

_LOGGED = Project(logged=frozenset({"model"}))

_ASKED = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
    result = os.path.isdir(mlflow.get_artifact_uri("model"))
assert result
"""

_SEPARATED = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), "model")
    result = type(mlflow.sklearn.load_model({})).__name__
"""

_OPENED = """
import os
from pathlib import Path, PurePosixPath
import mlflow, own
uri = mlflow.get_run(i).info.artifact_uri
os.listdir({})
"""

_ROW = """
import mlflow, pandas
runs = pandas.concat([mlflow.search_runs(), mlflow.search_runs(['2'])])
d = dict(runs.merge(other, on='run_id').iloc[0])
mlflow.pyfunc.load_model({})
"""

EXAMPLES: tuple[Example, ...] = (
    fixed(
        "a nested run is active, which no `with` shows",
        """
        import mlflow
        with mlflow.start_run() as run:
            mlflow.start_run(nested=True)
            mlflow.pyfunc.load_model(mlflow.get_artifact_uri('model'))
            mlflow.end_run()
        """,
        """
        import mlflow
        with mlflow.start_run() as run:
            mlflow.start_run(nested=True)
            mlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/model")
            mlflow.end_run()
        """,
        project=replace(_LOGGED, opens_runs=True),
    ),
    fixed(
        "the variable of the `with` is another run by now",
        """
        import mlflow
        with mlflow.start_run() as run:
            for run in mlflow.search_runs(output_format='list'):
                print(run)
            mlflow.pyfunc.load_model(mlflow.get_artifact_uri('model'))
        """,
        """
        import mlflow
        with mlflow.start_run() as run:
            for run in mlflow.search_runs(output_format='list'):
                print(run)
            mlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/model")
        """,
        project=_LOGGED,
    ),
    fixed(
        "one store for all",
        """
        import mlflow
        mlflow.set_tracking_uri('sqlite:///t.db')
        run = mlflow.MlflowClient(tracking_uri='sqlite:///t.db').get_run(i)
        mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')
        """,
        """
        import mlflow
        mlflow.set_tracking_uri('sqlite:///t.db')
        run = mlflow.MlflowClient(tracking_uri='sqlite:///t.db').get_run(i)
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        """,
        project=replace(_LOGGED, stores=frozenset({"sqlite:///t.db"})),
    ),
    reported(
        "a run of another tracking store, which `runs:/` does not ask",
        """
        import mlflow
        mlflow.set_tracking_uri('sqlite:///b.db')
        run = mlflow.MlflowClient(tracking_uri='sqlite:///a.db').get_run(i)
        mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')
        """,
        project=replace(_LOGGED, stores=frozenset({"sqlite:///a.db", "sqlite:///b.db"})),
    ),
    reported(
        "a run that was found before the store changed",
        """
        import mlflow
        run = mlflow.get_run(i)
        mlflow.set_tracking_uri('sqlite:///b.db')
        mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')
        """,
        project=replace(_LOGGED, stores=frozenset({"sqlite:///b.db"})),
    ),
    reported(
        "a store that the call names",
        """
        from mlflow.tracking.artifact_utils import get_artifact_uri
        import mlflow
        mlflow.pyfunc.load_model(get_artifact_uri(i, 'model', tracking_uri=archive))
        """,
        project=_LOGGED,
    ),
    untouched(
        "the source of a version, of which MLF202 speaks",
        """
        import mlflow
        run = mlflow.get_run(i)
        mlflow.MlflowClient().create_model_version('m', source=f'{run.info.artifact_uri}/model')
        """,
        project=_LOGGED,
    ),
    reported(
        "the artifacts of the run that was active before",
        """
        import mlflow
        with mlflow.start_run():
            root = mlflow.get_artifact_uri()
        with mlflow.start_run():
            mlflow.pyfunc.load_model(root + '/model')
        """,
        project=_LOGGED,
    ),
    fixed(
        "the model of autologging",
        """
        import mlflow
        mlflow.sklearn.autolog()
        run = mlflow.get_run(i)
        mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')
        """,
        """
        import mlflow
        mlflow.sklearn.autolog()
        run = mlflow.get_run(i)
        mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")
        """,
    ),
    fixed(
        "through a name that is only read and shown",
        """
        import mlflow
        mlflow.start_run()
        uri = mlflow.get_artifact_uri("model")
        print(f"model at {uri}")
        mlflow.register_model(uri, 'm')
        """,
        """
        import mlflow
        mlflow.start_run()
        uri = f"runs:/{mlflow.active_run().info.run_id}/model"
        print(f"model at {uri}")
        mlflow.register_model(uri, 'm')
        """,
        project=_LOGGED,
    ),
    fixed(
        "a path that nothing here logs, with --unsafe",
        """
        import mlflow
        mlflow.pyfunc.load_model(mlflow.get_artifact_uri('forest'))
        """,
        """
        import mlflow
        mlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/forest")
        """,
        unsafe=True,
    ),
    program(
        "a place that is only asked for",
        _ASKED,
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError")},
    ),
    reported(
        "a place that other code lists",
        """
        import os
        import mlflow
        os.listdir(mlflow.get_artifact_uri("model"))
        """,
        project=_LOGGED,
    ),
    reported(
        "a path that nothing here logs",
        """
        import mlflow
        mlflow.pyfunc.load_model(mlflow.get_artifact_uri('forest'))
        """,
    ),
    reported(
        "the layout of the store by hand",
        """
        import mlflow, os
        run_id = os.environ['RUN_ID']
        uri = f's3://models/1/{run_id}/artifacts/model'
        model = mlflow.pyfunc.load_model(uri)
        """,
    ),
    reported(
        "handed to a client of a deployment",
        """
        from mlflow.deployments import get_deploy_client
        uri = 'mlruns/%s/%s/artifacts/forest' % (experiment, run_id)
        get_deploy_client('sagemaker').create_deployment('a', model_uri=uri)
        """,
    ),
    reported(
        "a file of the model in it",
        """
        import os, pickle
        import mlflow
        run = mlflow.active_run()
        pickle.load(open(os.path.join('mlruns', '0', run.info.run_id, 'artifacts', 'model', 'model.pkl'), 'rb'))
        """,
        project=_LOGGED,
    ),
    untouched(
        "a run of MLflow 2",
        """
        import mlflow
        mlflow.pyfunc.load_model('s3://models/1/6dd459b11b4e48dc862f4e1019d166f6/artifacts/model/')
        """,
        project=_LOGGED,
    ),
    untouched(
        "the place that a model of MLflow 3 has",
        """
        import mlflow
        mlflow.pyfunc.load_model(f's3://models/1/models/{model_id}/artifacts')
        """,
        project=_LOGGED,
    ),
    untouched(
        "another folder of that name",
        """
        import mlflow
        mlflow.pyfunc.load_model(f'{root}/{project}/artifacts/model')
        """,
        project=_LOGGED,
    ),
    untouched("other files of the run", "print(f's3://models/1/{run_id}/artifacts/plots')\n", project=_LOGGED),
    untouched(
        "a file that is no model",
        """
        import mlflow
        run = mlflow.get_run(i)
        mlflow.artifacts.load_text(run.info.artifact_uri + '/notes/end.txt')
        """,
        project=_LOGGED,
    ),
    untouched(
        "other artifacts",
        """
        import mlflow
        print(mlflow.get_artifact_uri("plots"))
        """,
        project=_LOGGED,
    ),
    untouched(
        "the root of the artifacts",
        """
        import mlflow
        print(mlflow.get_artifact_uri())
        """,
        project=_LOGGED,
    ),
    untouched(
        "a runs URI",
        """
        import mlflow
        mlflow.pyfunc.load_model(f"runs:/{run_id}/model")
        """,
        project=_LOGGED,
    ),
    untouched(
        "an object of one's own",
        """
        class Store:
            artifact_uri = 's3://b'
        print(Store().artifact_uri + '/model')
        """,
        project=_LOGGED,
    ),
    untouched(
        "not MLflow",
        """
        import wandb
        wandb.load(wandb.run.artifact_uri + '/model')
        """,
        project=_LOGGED,
    ),
    fixed(
        "another context manager inside, which may start a run of its own",
        """
        import mlflow
        with mlflow.start_run() as run:
            with measured():
                model = mlflow.pyfunc.load_model(mlflow.get_artifact_uri("model"))
        """,
        """
        import mlflow
        with mlflow.start_run() as run:
            with measured():
                model = mlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/model")
        """,
        project=_LOGGED,
    ),
    reported(
        "a function that may be called without a run, where MLflow starts one",
        """
        import mlflow

        def load():
            return mlflow.pyfunc.load_model(mlflow.get_artifact_uri("model"))
        """,
        project=_LOGGED,
    ),
    program(
        "the separator of the system",
        _SEPARATED.format("run.info.artifact_uri + os.sep + 'model'"),
        _SEPARATED.format('f"runs:/{run.info.run_id}/model"'),
        runs={
            "2 before": Run(),
            "2 after": Run(),
            "3 before": Run(raises="MlflowException|OSError: No such artifact|No such file"),
            "3 after": Run(),
        },
    ),
    reported("a path of POSIX as a string", _OPENED.format("str(PurePosixPath(uri) / 'model')"), project=_LOGGED),
    reported("a path joined by its method", _OPENED.format("str(Path(uri).joinpath('model'))"), project=_LOGGED),
    untouched("other files by the separator", _OPENED.format("f'{uri}{os.sep}plots'"), project=_LOGGED),
    untouched("another folder as a string", _OPENED.format("str(PurePosixPath(uri) / 'plots')"), project=_LOGGED),
    untouched("a separator of one's own", _OPENED.format("uri + own.sep + 'model'"), project=_LOGGED),
    fixed(
        "a row as a dict, of tables one below the other",
        _ROW.format("d['artifact_uri'] + '/model'"),
        _ROW.format("f\"runs:/{d['run_id']}/model\""),
        project=_LOGGED,
        unsafe=True,
    ),
    untouched("another value of such a row", _ROW.format("'models:/' + d['tags.model'] + '/1'"), project=_LOGGED),
    reported(
        "rows that may have lost the run's id",
        """
        import mlflow
        runs = mlflow.search_runs()
        mlflow.pyfunc.load_model(runs.groupby('experiment_id').first().iloc[0].artifact_uri + '/model')
        mlflow.pyfunc.load_model(runs[['artifact_uri']].copy().iloc[0]['artifact_uri'] + '/model')
        """,
        project=_LOGGED,
        unsafe=True,
    ),
    reported(
        "another store that the environment names in between",
        """
        import os
        import mlflow
        with mlflow.start_run() as run:
            pass
        os.environ["MLFLOW_TRACKING_URI"] = "sqlite:///other.db"
        mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
        """,
        project=_LOGGED,
        unsafe=True,
    ),
)
