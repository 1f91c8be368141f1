"""MLF206: ``register_model`` of a path of a run needs a model there."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.analysis.uris import Origin, uri_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.artifact_uris import in_logged
from codemod.rules.idioms.plain_files import UNKNOWN, folders, plain_paths
from codemod.rules.selectors import calls
from codemod.settings import Project

_FUNCTION = "mlflow.register_model"
# So many names of models are told at most.
_SHOWN = 3
_FILE = re.compile(
    r"\.(?:pkl|pickle|joblib|dill|onnx|pth?|ckpt|safetensors|h5|hdf5|keras|pb|tflite|cbm|ubj|bin|json|ya?ml|txt|csv|parquet"
    r"|zip|gz|tar|tgz)",
    re.IGNORECASE,
)


def run_path(uri: ast.expr, context: Context) -> str | None:
    """Return the path in a ``runs:/`` URI; None for another URI, or where the path is known only at run time."""
    read = uri_of(uri, context)
    return (read.path or None) if read.run is not None else None


def why_no_model(path: str, context: Context) -> str | None:
    """Say why no model is at a path of a run; None when one may be there.

    Args:
        path: Relative to the artifacts of the run.
        context: Says what the code logs.

    Returns:
        A clause for a message.
    """
    if in_logged(path, context):
        return None
    if _FILE.fullmatch(path[path.rfind(".") :]) and "." in path:
        return f"`{path}` is a file"
    project = context.project
    if project.computed or project.autologs or context.facts.autologs:
        return None  # nobody knows under which names every flavor's autologging puts models
    if any(each in ("", UNKNOWN) or _within(path, each) for each in project.folders | folders(context)):
        return None  # the folder may hold the file `MLmodel`
    if any(_within(each, path) for each in project.plain | plain_paths(context)):
        return f"only plain files are put into `{path}`"
    if any(_saves_to_disk(call, path, context) for call in context.facts.named("save_model")):
        return f"`save_model` writes `{path}` to the disk, and nothing here logs it"
    if project.logged:
        every = ", ".join(f"`{name}`" for name in sorted(project.logged)[:_SHOWN])
        return f"the code logs {every}, and nothing as `{path}`"
    return None


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _saves_to_disk(call: BoundCall, path: str, context: Context) -> bool:
    place = call.get("path")
    if not call.path.endswith(".save_model") or place is None:
        return False
    known = text_of(place.value, context.names).known
    return known is not None and known.removeprefix("./").strip("/") == path


def _registers_root(uri: ast.expr, context: Context) -> bool:
    """Return whether all artifacts of a run are registered where models are logged, which MLflow 2 had among them."""
    read, project = uri_of(uri, context), context.project
    if read.root is None or read.root.origin is not Origin.RUN_ARTIFACTS or read.root.by_name or read.path:
        return False
    return bool(project.logged or project.computed or project.autologs or context.facts.logs_models)


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    uri = call.get("model_uri")
    if uri is not None and _registers_root(uri.value, context):
        message = (
            "the root of a run's artifacts holds no models in MLflow 3: this registers its other artifacts only; register "
            "`runs:/<run id>/<name>`, or the `model_uri` that `log_model` returned"
        )
        yield Match(call.node, message, Safety.MANUAL)
        return
    path = run_path(uri.value, context) if uri is not None else None
    reason = why_no_model(path, context) if path is not None else None
    if reason is not None:
        yield Match(
            call.node,
            f"MLflow 3 cannot register this path, because no model is there: {reason}; log the model with `log_model`",
            Safety.MANUAL,
        )


_PROGRAM = """\
import pathlib
import pickle

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    pathlib.Path("line.pkl").write_bytes(pickle.dumps(LinearRegression()))
    mlflow.log_artifact("line.pkl", "model")
version = mlflow.register_model(f"runs:/{run.info.run_id}/model", "line")
result = int(version.version)
"""

_BY_HAND = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), name="model", serialization_format="cloudpickle")
version = mlflow.register_model(f"runs:/{run.info.run_id}/model", "line")
result = int(version.version)
"""

RULE = Rule(
    code="MLF206",
    name="register-plain-artifact",
    summary="`register_model` of a run's path needs a model there; plain files are refused.",
    why="""\
In MLflow 2 `register_model("runs:/<id>/<path>", name)` made a version of whatever the path was: a folder, a single file, even nothing
at all. MLflow 3.0 looks first: with a file `MLmodel` in the folder it takes the folder, with a model of that name in the run it takes the
model, otherwise it raises `Unable to find a logged_model with artifact_path <path> under run <id>` (
`_register_model` in `mlflow/tracking/_model_registry/fluent.py`). So a pickle that `log_artifact` put there cannot be registered any more, nor
what `save_model` wrote to the disk only. And `register_model(run.info.artifact_uri, name)` makes a version of all artifacts of the run,
among which MLflow 3 has no models. `log_model`, of the flavor or of `mlflow.pyfunc`, makes it a model that the registry
can serve.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(calls(_FUNCTION, check=_check),),
    examples=(
        program(
            "a pickle in a folder",
            _PROGRAM,
            runs={
                "2 before": Run(),
                "3 before": Run(raises="MlflowException: Unable to find a logged_model"),
                "3 by hand": Run(),
            },
            by_hand=_BY_HAND,
        ),
        reported(
            "all artifacts of a run",
            """
            import mlflow
            mlflow.pytorch.autolog()
            with mlflow.start_run() as run:
                trainer.fit(model)
                active_run = mlflow.active_run()
            mlflow.register_model(model_uri=active_run.info.artifact_uri, name="digits")
            """,
        ),
        untouched(
            "all artifacts of a run that has no models",
            """
            import mlflow
            with mlflow.start_run() as run:
                mlflow.log_artifacts("folder")
            mlflow.register_model(run.info.artifact_uri, "folder")
            """,
        ),
        reported(
            "a file",
            """
            import mlflow
            mlflow.log_artifact("model.pkl")
            mlflow.register_model(f"runs:/{run_id}/model.pkl", "line")
            """,
        ),
        reported(
            "a model that is only saved",
            """
            import mlflow
            with mlflow.start_run() as run:
                mlflow.sklearn.save_model(m, "saved")
            uri = "runs:/{}/saved".format(run.info.run_id)
            mlflow.register_model(uri, "line")
            """,
        ),
        reported(
            "files that another program puts there",
            """
            import mlflow, sys
            mlflow.register_model(f"runs:/{sys.argv[1]}/pickled", "line")
            """,
            project=Project(plain=frozenset({"pickled"})),
        ),
        reported(
            "weights",
            """
            import mlflow
            with mlflow.start_run() as run:
                mlflow.pytorch.log_state_dict(net.state_dict(), "weights")
            mlflow.register_model(f"runs:/{run.info.run_id}/weights", "line")
            """,
        ),
        reported(
            "a model of another name",
            """
            import mlflow, sys
            mlflow.register_model(f"runs:/{sys.argv[1]}/model", "line")
            """,
            project=Project(logged=frozenset({"ridge"})),
        ),
        untouched(
            "a name that is known only at run time",
            """
            import mlflow, sys
            mlflow.register_model(f"runs:/{sys.argv[1]}/model", "line")
            """,
            project=Project(logged=frozenset({"ridge"}), computed=True),
        ),
        untouched(
            "a folder that another program puts there",
            """
            import mlflow, sys
            mlflow.register_model(f"runs:/{sys.argv[1]}/model", "line")
            """,
            project=Project(logged=frozenset({"ridge"}), folders=frozenset({""})),
        ),
        untouched(
            "a logged model",
            """
            import mlflow
            mlflow.onnx.log_model(m, name="model")
            mlflow.register_model(f"runs:/{run_id}/model", "line")
            """,
        ),
        untouched(
            "a model that another file logs",
            """
            import mlflow
            mlflow.log_artifact("labels.txt", "model")
            mlflow.register_model(f"runs:/{run_id}/model", "line")
            """,
            project=Project(logged=frozenset({"model"})),
        ),
        untouched(
            "a folder that may hold a saved model",
            """
            import mlflow
            mlflow.sklearn.save_model(m, "saved")
            mlflow.log_artifacts("saved", "saved")
            mlflow.register_model(f"runs:/{run_id}/saved", "line")
            """,
        ),
        untouched(
            "a model of autologging",
            """
            import mlflow
            mlflow.autolog()
            mlflow.log_artifact("a.txt", "model")
            mlflow.register_model(f"runs:/{run_id}/model", "line")
            """,
        ),
        untouched(
            "a model of a run that others made",
            """
            import mlflow
            mlflow.register_model(f"runs:/{run_id}/model", "line")
            """,
        ),
        untouched(
            "a path known only at run time",
            """
            import mlflow
            mlflow.log_artifact("a.pkl", "a")
            mlflow.register_model(f"runs:/{run_id}/{path}", "line")
            """,
        ),
        untouched(
            "a place on the disk",
            """
            import mlflow
            mlflow.register_model("models/line.pkl", "line")
            """,
        ),
    ),
)
