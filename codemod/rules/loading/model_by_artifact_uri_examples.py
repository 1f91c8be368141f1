"""Examples of MLF201."""

from __future__ import annotations

from dataclasses import replace

from codemod.rules.base import Example, Run, fixed, program, reported, untouched
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

_ASKED = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
    result = os.path.isdir(mlflow.get_artifact_uri("model"))
assert result
"""

EXAMPLES: tuple[Example, ...] = (
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
        "import os\nimport mlflow\nrun = mlflow.get_run(i)\nmlflow.pyfunc.load_model(run.info.artifact_uri + '/model')\n"
        "mlflow.pyfunc.load_model(os.path.join(run.info.artifact_uri, 'model'))\n",
        "import os\nimport mlflow\nrun = mlflow.get_run(i)\n"
        'mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")\n'
        'mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")\n',
        project=_LOGGED,
    ),
    fixed(
        "by templates",
        "import mlflow\nrun = mlflow.get_run(i)\nmlflow.pyfunc.load_model('{}/model'.format(run.info.artifact_uri))\n"
        "mlflow.pyfunc.load_model('%s/%s' % (run.info.artifact_uri, name))\n",
        'import mlflow\nrun = mlflow.get_run(i)\nmlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")\n'
        'mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/{name}")\n',
        project=_LOGGED,
        unsafe=True,
    ),
    fixed(
        "a row of `search_runs`",
        "import mlflow\nrow = mlflow.search_runs().iloc[0]\nuri = row['artifact_uri'] + '/model'\n"
        "path = mlflow.artifacts.download_artifacts(artifact_uri=uri)\n",
        "import mlflow\nrow = mlflow.search_runs().iloc[0]\nuri = f\"runs:/{row['run_id']}/model\"\n"
        "path = mlflow.artifacts.download_artifacts(artifact_uri=uri)\n",
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
        """\
import mlflow
table = mlflow.search_runs()
a = mlflow.pyfunc.load_model(table.loc[0, "artifact_uri"] + "/model")
b = mlflow.pyfunc.load_model(table.artifact_uri.iloc[0] + "/model")
for _, row in table.iterrows():
    mlflow.pyfunc.load_model(f"{row.artifact_uri}/model")
""",
        """\
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
        """\
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
        """\
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
        """\
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
        """\
import mlflow
def load(run):
    mlflow.artifacts.download_artifacts(run_id=run.info.run_id, artifact_path="plots")
    return mlflow.pyfunc.load_model(f"{run.info.artifact_uri}/model")
""",
        """\
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
        "import mlflow\ndef load(run):\n    return mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')\n",
        project=_LOGGED,
        unsafe=True,
    ),
    reported(
        "the place behind a runs URI",
        "from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository\n"
        "place = RunsArtifactRepository.get_underlying_uri(f'runs:/{i}/model')\n",
        project=_LOGGED,
    ),
    untouched(
        "another folder of the run as a path",
        "import pathlib\nimport mlflow\nrun = mlflow.get_run(i)\n"
        "plots = pathlib.Path(run.info.artifact_uri) / 'plots' / 'a.png'\n",
        project=_LOGGED,
    ),
    untouched(
        "a row of another table",
        "import mlflow, pandas\nrow = pandas.read_csv('runs.csv').iloc[0]\nprint(row.artifact_uri + '/model')\n",
        project=_LOGGED,
    ),
    untouched("a setting of that name", "import mlflow\nopen(s['artifact_uri'] + '/names.txt')\n", project=_LOGGED),
    fixed(
        "a nested run is active, which no `with` shows",
        "import mlflow\nwith mlflow.start_run() as run:\n    mlflow.start_run(nested=True)\n"
        "    mlflow.pyfunc.load_model(mlflow.get_artifact_uri('model'))\n    mlflow.end_run()\n",
        "import mlflow\nwith mlflow.start_run() as run:\n    mlflow.start_run(nested=True)\n"
        '    mlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/model")\n    mlflow.end_run()\n',
        project=replace(_LOGGED, opens_runs=True),
    ),
    fixed(
        "the variable of the `with` is another run by now",
        "import mlflow\nwith mlflow.start_run() as run:\n    for run in mlflow.search_runs(output_format='list'):\n        print(run)\n"
        "    mlflow.pyfunc.load_model(mlflow.get_artifact_uri('model'))\n",
        "import mlflow\nwith mlflow.start_run() as run:\n    for run in mlflow.search_runs(output_format='list'):\n        print(run)\n"
        '    mlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/model")\n',
        project=_LOGGED,
    ),
    fixed(
        "one store for all",
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///t.db')\nrun = mlflow.MlflowClient(tracking_uri='sqlite:///t.db').get_run(i)\n"
        "mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')\n",
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///t.db')\nrun = mlflow.MlflowClient(tracking_uri='sqlite:///t.db').get_run(i)\n"
        'mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")\n',
        project=replace(_LOGGED, stores=frozenset({"sqlite:///t.db"})),
    ),
    reported(
        "a run of another tracking store, which `runs:/` does not ask",
        "import mlflow\nmlflow.set_tracking_uri('sqlite:///b.db')\nrun = mlflow.MlflowClient(tracking_uri='sqlite:///a.db').get_run(i)\n"
        "mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')\n",
        project=replace(_LOGGED, stores=frozenset({"sqlite:///a.db", "sqlite:///b.db"})),
    ),
    reported(
        "a run that was found before the store changed",
        "import mlflow\nrun = mlflow.get_run(i)\nmlflow.set_tracking_uri('sqlite:///b.db')\n"
        "mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')\n",
        project=replace(_LOGGED, stores=frozenset({"sqlite:///b.db"})),
    ),
    reported(
        "a store that the call names",
        "from mlflow.tracking.artifact_utils import get_artifact_uri\nimport mlflow\n"
        "mlflow.pyfunc.load_model(get_artifact_uri(i, 'model', tracking_uri=archive))\n",
        project=_LOGGED,
    ),
    untouched(
        "the source of a version, of which MLF202 speaks",
        "import mlflow\nrun = mlflow.get_run(i)\n"
        "mlflow.MlflowClient().create_model_version('m', source=f'{run.info.artifact_uri}/model')\n",
        project=_LOGGED,
    ),
    reported(
        "the artifacts of the run that was active before",
        "import mlflow\nwith mlflow.start_run():\n    root = mlflow.get_artifact_uri()\nwith mlflow.start_run():\n"
        "    mlflow.pyfunc.load_model(root + '/model')\n",
        project=_LOGGED,
    ),
    fixed(
        "the model of autologging",
        "import mlflow\nmlflow.sklearn.autolog()\nrun = mlflow.get_run(i)\n"
        "mlflow.pyfunc.load_model(f'{run.info.artifact_uri}/model')\n",
        "import mlflow\nmlflow.sklearn.autolog()\nrun = mlflow.get_run(i)\n"
        'mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model")\n',
    ),
    fixed(
        "through a name that is only read and shown",
        'import mlflow\nmlflow.start_run()\nuri = mlflow.get_artifact_uri("model")\nprint(f"model at {uri}")\n'
        "mlflow.register_model(uri, 'm')\n",
        'import mlflow\nmlflow.start_run()\nuri = f"runs:/{mlflow.active_run().info.run_id}/model"\nprint(f"model at {uri}")\n'
        "mlflow.register_model(uri, 'm')\n",
        project=_LOGGED,
    ),
    fixed(
        "a path that nothing here logs, with --unsafe",
        "import mlflow\nmlflow.pyfunc.load_model(mlflow.get_artifact_uri('forest'))\n",
        'import mlflow\nmlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/forest")\n',
        unsafe=True,
    ),
    program(
        "a place that is only asked for",
        _ASKED,
        runs={"2 before": Run(), "3 before": Run(raises="AssertionError")},
    ),
    reported(
        "a place that other code lists",
        'import os\nimport mlflow\nos.listdir(mlflow.get_artifact_uri("model"))\n',
        project=_LOGGED,
    ),
    reported(
        "a path that nothing here logs",
        "import mlflow\nmlflow.pyfunc.load_model(mlflow.get_artifact_uri('forest'))\n",
    ),
    reported(
        "the layout of the store by hand",
        "import mlflow, os\nrun_id = os.environ['RUN_ID']\n"
        "uri = f's3://models/1/{run_id}/artifacts/model'\nmodel = mlflow.pyfunc.load_model(uri)\n",
    ),
    reported(
        "handed to a client of a deployment",
        "from mlflow.deployments import get_deploy_client\nuri = 'mlruns/%s/%s/artifacts/forest' % (experiment, run_id)\n"
        "get_deploy_client('sagemaker').create_deployment('a', model_uri=uri)\n",
    ),
    reported(
        "a file of the model in it",
        "import os, pickle\nimport mlflow\nrun = mlflow.active_run()\n"
        "pickle.load(open(os.path.join('mlruns', '0', run.info.run_id, 'artifacts', 'model', 'model.pkl'), 'rb'))\n",
        project=_LOGGED,
    ),
    untouched(
        "a run of MLflow 2",
        "import mlflow\nmlflow.pyfunc.load_model('s3://models/1/6dd459b11b4e48dc862f4e1019d166f6/artifacts/model/')\n",
        project=_LOGGED,
    ),
    untouched(
        "the place that a model of MLflow 3 has",
        "import mlflow\nmlflow.pyfunc.load_model(f's3://models/1/models/{model_id}/artifacts')\n",
        project=_LOGGED,
    ),
    untouched(
        "another folder of that name",
        "import mlflow\nmlflow.pyfunc.load_model(f'{root}/{project}/artifacts/model')\n",
        project=_LOGGED,
    ),
    untouched("other files of the run", "print(f's3://models/1/{run_id}/artifacts/plots')\n", project=_LOGGED),
    untouched(
        "a file that is no model",
        "import mlflow\nrun = mlflow.get_run(i)\nmlflow.artifacts.load_text(run.info.artifact_uri + '/notes/end.txt')\n",
        project=_LOGGED,
    ),
    untouched("other artifacts", 'import mlflow\nprint(mlflow.get_artifact_uri("plots"))\n', project=_LOGGED),
    untouched("the root of the artifacts", "import mlflow\nprint(mlflow.get_artifact_uri())\n", project=_LOGGED),
    untouched("a runs URI", 'import mlflow\nmlflow.pyfunc.load_model(f"runs:/{run_id}/model")\n', project=_LOGGED),
    untouched(
        "an object of one's own",
        "class Store:\n    artifact_uri = 's3://b'\nprint(Store().artifact_uri + '/model')\n",
        project=_LOGGED,
    ),
    untouched("not MLflow", "import wandb\nwandb.load(wandb.run.artifact_uri + '/model')\n", project=_LOGGED),
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
)
