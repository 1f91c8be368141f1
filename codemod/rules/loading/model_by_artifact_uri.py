"""MLF201: a model is not among its run's artifacts any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names.nodes import function_name
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.artifact_uris import artifact_uri, in_logged
from codemod.rules.idioms.stored_paths import stored_path
from codemod.rules.selectors import calls_named, constructions
from codemod.settings import Project

# What leads to the artifacts of a run: its URI, or the layout of the store.
_ROOTS = {"artifact_uri", "artifacts"}
_READERS = ("load_model", "register_model", "download_artifacts", "load_text", "load_dict", "load_image", "load",
            "get_model_info", "get_model_dependencies", "spark_udf", "load_input_example", "evaluate", "create_model_version",
            "predict", "create_deployment", "update_deployment")  # fmt: skip
_FILES = ("MLmodel", "model.pkl", "python_model.pkl", "requirements.txt", "conda.yaml", "python_env.yaml")


def _check(node: ast.Call | ast.BinOp | ast.JoinedStr, context: Context) -> Iterator[Match]:
    found = artifact_uri(node, context)
    if found is None:
        yield from _stored(node, context)
        return
    logged = in_logged(found.path, context)
    read = _is_read(node, context)
    if not logged and (not read or _is_other_file(found.path)):
        return  # a path of other artifacts, which stay where they were
    what = f"`{found.path}`" if found.path is not None else "a model"
    message = f"MLflow 3 does not keep {what} among the run's artifacts; `runs:/` finds it on 2 and 3"
    if found.runs_uri is None or not read:
        yield Match(node, message, Safety.MANUAL)
        return
    safety = Safety.SAFE if logged and found.sure else Safety.UNSAFE
    yield Match(node, message, safety, (Replace(node, found.runs_uri),))


def _is_other_file(path: str | None) -> bool:
    """Whether a path that nothing here logs is, by its ending, a file and none of those that a model has."""
    return path is not None and "." in path.rpartition("/")[2] and not path.endswith(_FILES)


def _stored(node: ast.expr, context: Context) -> Iterator[Match]:
    """Report the place of a model that is put together from the layout of the store."""
    path = stored_path(node, context)
    parent = context.names.scopes.parent(node)
    if path is None or (isinstance(parent, ast.expr) and stored_path(parent, context) is not None):
        return
    if _is_read(node, context, by_name=True) or in_logged(path, context) or path.endswith(_FILES):
        message = (
            "a model that MLflow 3 logs is not among the artifacts of its run, where this path leads: give `runs:/<run id>/<name>` "
            "to MLflow, or the place that `client.get_logged_model(model_id).artifact_location` tells"
        )
        yield Match(node, message, Safety.MANUAL)


def _is_read(node: ast.expr, context: Context, *, by_name: bool = False) -> bool:
    """Whether the expression is handed to a function of MLflow that reads a model or its files, directly or by one name.

    With ``by_name`` so is one that is handed to a function of such a name that nobody knows.
    """
    scopes = context.names.scopes
    parent = scopes.parent(node)
    if isinstance(parent, ast.keyword):
        parent = scopes.parent(parent)
    if isinstance(parent, ast.Call) and parent.func is not node:
        call = context.call(parent)
        if call is None:
            return by_name and function_name(parent.func) in _READERS
        return call.path.rpartition(".")[2] in _READERS
    if isinstance(parent, ast.Assign) and len(parent.targets) == 1 and isinstance(parent.targets[0], ast.Name):
        uses = [use for use in context.names.uses(parent.targets[0]) if isinstance(use.ctx, ast.Load)]
        # Every use must read: the same text may also be printed, or joined with a file name.
        return bool(uses) and all(_is_read(use, context, by_name=by_name) or _is_shown(use, context) for use in uses)
    return False


def _is_shown(node: ast.expr, context: Context) -> bool:
    """Whether the expression is only printed."""
    for ancestor in context.names.scopes.ancestors(node):
        if isinstance(ancestor, ast.Call):
            return isinstance(ancestor.func, ast.Name) and ancestor.func.id == "print"
        if isinstance(ancestor, ast.stmt):
            return False
    return False


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

_LOGGED = Project(logged=frozenset({"model"}))

RULE = Rule(
    code="MLF201",
    name="model-by-artifact-uri",
    summary="A model is not among its run's artifacts; `runs:/` finds it on both.",
    why="""\
MLflow 2 logged a model as a folder of the run's artifacts. MLflow 3.0 keeps it beside the runs
(`<experiment>/models/m-<id>/artifacts`), so `get_artifact_uri("model")`, `run.info.artifact_uri + "/model"` and paths made of them lead
nowhere: `MlflowException: No such artifact` (run on 3.17.2). `register_model` of such a path even succeeds and makes a version that
cannot be loaded. `runs:/<run id>/model` is resolved on both: MLflow 3 looks for a model of that name in the run
(`mlflow/store/artifact/runs_artifact_repo.py`).

The fix is safe when a `log_model` in the files of the run gives that path and the URI is only read by MLflow, otherwise unsafe:
something else may have put a folder there.

A path that the code puts together itself, such as `f"s3://bucket/1/{run_id}/artifacts/model"`, is reported: `runs:/` needs the
tracking server, which such code often does without. One with a run's id in it is not: that run was one of MLflow 2, and its model
stays where it is.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        calls_named("get_artifact_uri", check=_check),
        calls_named("join", "format", check=_check, needs=(_ROOTS,)),
        constructions(ast.BinOp, ast.JoinedStr, check=_check, needs=(_ROOTS,)),
    ),
    examples=(
        program(
            "load and register by the artifact's place",
            _PROGRAM,
            _PROGRAM.replace('mlflow.get_artifact_uri("model")', 'f"runs:/{run.info.run_id}/model"').replace(
                'f"{run.info.artifact_uri}/model"', 'f"runs:/{run.info.run_id}/model"'
            ),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: No such artifact"),
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
        untouched(
            "a setting of that name", "import mlflow\nopen(settings['artifact_uri'] + '/names.txt')\n", project=_LOGGED
        ),
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
            'import mlflow\nuri = mlflow.get_artifact_uri("model")\nprint(f"model at {uri}")\n'
            "mlflow.register_model(uri, 'm')\n",
            'import mlflow\nuri = f"runs:/{mlflow.active_run().info.run_id}/model"\nprint(f"model at {uri}")\n'
            "mlflow.register_model(uri, 'm')\n",
            project=_LOGGED,
        ),
        fixed(
            "a path that nothing here logs, with --unsafe",
            "import mlflow\nmlflow.pyfunc.load_model(mlflow.get_artifact_uri('forest'))\n",
            'import mlflow\nmlflow.pyfunc.load_model(f"runs:/{mlflow.active_run().info.run_id}/forest")\n',
            unsafe=True,
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
    ),
)
