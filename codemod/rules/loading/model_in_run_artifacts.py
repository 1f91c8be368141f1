"""MLF204: looking through a run's artifacts for models finds none."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import calls, literals
from codemod.settings import Project

_LISTS = ("mlflow.MlflowClient.list_artifacts", "mlflow.artifacts.list_artifacts")
_DOWNLOADS = ("mlflow.MlflowClient.download_artifacts", "mlflow.artifacts.download_artifacts")
_HISTORY = "mlflow.log-model.history"


def _check_tag(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:  # noqa: ARG001 - it says all itself
    if isinstance(node, ast.Constant) and node.value == _HISTORY:
        yield Match(
            node,
            f"MLflow 3 does not write the tag `{_HISTORY}`; use `run.outputs.model_outputs` or `mlflow.search_logged_models`",
            Safety.MANUAL,
        )


def _check_call(call: BoundCall, context: Context) -> Iterator[Match]:
    if call.get("artifact_uri") is not None:
        return
    argument = call.get("path", "artifact_path")
    known = _path(argument.value, context) if argument is not None else ""
    models = bool(context.project.logged) or context.project.computed or context.facts.writes("MLmodel")
    if known == "" and models and not _takes_files(call.node, context):
        what = "lists" if call.path in _LISTS else "downloads"
        yield Match(
            call.node,
            f"the root of a run's artifacts holds no models in MLflow 3: this {what} the other artifacts only; name the model's "
            "path, or use `mlflow.search_logged_models`",
            Safety.MANUAL,
        )
    elif known is not None and known.endswith("/model.pkl") and context.settings.sklearn_format == "skops":
        yield Match(call.node, "a model in the skops format has `model.skops` instead of `model.pkl`", Safety.MANUAL)


def _path(node: ast.expr, context: Context) -> str | None:
    """Return the path that an argument says; "" for the root, None when it is known only at run time."""
    if isinstance(node, ast.Constant) and node.value is None:
        return ""
    default = context.names.default(node) if isinstance(node, ast.Name) else None
    if isinstance(default, ast.Constant) and default.value in (None, ""):
        return ""  # functions that walk through all folders begin there
    return text_of(node, context.names).known


def _takes_files(node: ast.Call, context: Context) -> bool:
    """Whether only files of some ending are taken from the list: a model is a folder, and none of them."""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.comprehension):
        return any(_asks_for_ending(test) for test in parent.ifs)
    if isinstance(parent, ast.For) and len(parent.body) == 1:
        only = parent.body[0]
        return isinstance(only, ast.If) and not only.orelse and _asks_for_ending(only.test)
    return False


def _asks_for_ending(test: ast.expr) -> bool:
    if not (isinstance(test, ast.Call) and isinstance(test.func, ast.Attribute) and test.func.attr == "endswith"):
        return False
    endings = [child.value for argument in test.args for child in ast.walk(argument) if isinstance(child, ast.Constant)]
    return bool(endings) and all(isinstance(ending, str) and ending.startswith(".") for ending in endings)


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
result = [item.path for item in mlflow.MlflowClient().list_artifacts(run.info.run_id)]
assert result == ["model"], result
"""

_BY_HAND = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), name="model", serialization_format="cloudpickle")
outputs = mlflow.get_run(run.info.run_id).outputs.model_outputs
result = [mlflow.get_logged_model(output.model_id).name for output in outputs]
assert result == ["model"], result
"""

_LOGS = Project(logged=frozenset({"model"}))

RULE = Rule(
    code="MLF204",
    name="model-in-run-artifacts",
    summary="Looking through a run's artifacts for models finds none.",
    why="""\
MLflow 3.0 keeps models beside the runs, so `list_artifacts(run_id)` and a download of the whole root hold the run's other artifacts only.
`list_artifacts(run_id, "model")` still works: MLflow looks for a model of that name (`mlflow/tracking/client.py`,
`mlflow/store/artifact/runs_artifact_repo.py`). The run tag `mlflow.log-model.history` is not written any more (`Model.log` in
`mlflow/models/model.py`); `run.outputs.model_outputs` and `mlflow.search_logged_models` say what a run logged.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    on=(
        calls(*_LISTS, *_DOWNLOADS, check=_check_call),
        literals(_HISTORY, check=_check_tag),
    ),
    examples=(
        program(
            "the model among the artifacts",
            _PROGRAM,
            runs={"2 before": Run(), "3 before": Run(raises="AssertionError"), "3 by hand": Run()},
            by_hand=_BY_HAND,
        ),
        reported(
            "the whole root",
            """
            from mlflow import MlflowClient
            MlflowClient().download_artifacts(run_id, '', 'out')
            """,
            project=_LOGS,
        ),
        reported(
            "the tag",
            """
            import mlflow
            print(mlflow.get_run(i).data.tags["mlflow.log-model.history"])
            """,
        ),
        reported(
            "the pickle of a model that is written as skops",
            """
            import mlflow
            mlflow.artifacts.download_artifacts(run_id=i, artifact_path='model/model.pkl')
            """,
            sklearn_format="skops",
        ),
        reported(
            "a walk through all folders, beside autologging",
            """
            import mlflow
            from mlflow import MlflowClient

            mlflow.autolog()


            def walk(run_id, path=None):
                for item in MlflowClient().list_artifacts(run_id, path):
                    yield from walk(run_id, item.path)
            """,
        ),
        untouched(
            "a walk through the folders of plots",
            """
            from mlflow import MlflowClient


            def walk(run_id, path='plots'):
                return MlflowClient().list_artifacts(run_id, path)
            """,
            project=_LOGS,
        ),
        untouched(
            "autologging without models",
            """
            import mlflow
            mlflow.autolog(log_models=False)
            print(mlflow.MlflowClient().list_artifacts(run_id))
            """,
        ),
        untouched(
            "a model by its path",
            """
            from mlflow import MlflowClient
            MlflowClient().list_artifacts(run_id, 'model')
            """,
            project=_LOGS,
        ),
        untouched(
            "the pickle of a model that stays one",
            """
            import mlflow
            mlflow.artifacts.download_artifacts(run_id=i, artifact_path='model/model.pkl')
            """,
            project=_LOGS,
        ),
        untouched(
            "a run without models",
            """
            from mlflow import MlflowClient
            print(MlflowClient().list_artifacts(run_id))
            """,
        ),
        untouched(
            "files of one kind",
            """
            from mlflow import MlflowClient
            plots = [item for item in MlflowClient().list_artifacts(run_id) if item.path.endswith(('.png', '.svg'))]
            """,
            project=_LOGS,
        ),
        untouched(
            "a URI",
            """
            import mlflow
            mlflow.artifacts.download_artifacts('runs:/1/model')
            """,
            project=_LOGS,
        ),
        untouched(
            "another client",
            """
            import boto3
            boto3.client('s').list_artifacts('x')
            """,
            project=_LOGS,
        ),
    ),
)
