"""MLF110: a file that is logged into a model's path is not part of the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.analysis.uris import Origin, uri_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.artifact_uris import in_logged
from codemod.rules.selectors import calls
from codemod.settings import Project

_PLACES = {
    "log_artifact": "artifact_path",
    "log_artifacts": "artifact_path",
    "log_text": "artifact_file",
    "log_dict": "artifact_file",
    "log_figure": "artifact_file",
    "log_image": "artifact_file",
    "log_table": "artifact_file",
}
_FUNCTIONS = {
    f"{owner}.{name}": argument for owner in ("mlflow", "mlflow.MlflowClient") for name, argument in _PLACES.items()
}


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get(_FUNCTIONS[call.path])
    if argument is None:
        return
    path = text_of(argument.value, context.names).known
    if in_logged(path, context):
        where = (
            f"`{path}` is the path of a logged model: in MLflow 3 this file"
            if context.facts.logs_models
            else f"other code here logs models to `{path}`: where a run has such a model, this file in MLflow 3"
        )
        yield Match(
            call.node,
            f"{where} shows through `runs:/` but is not part of the model, and a registered version lacks it; use "
            "`extra_files=`, `artifacts=` or `code_paths=` of `log_model`",
            Safety.MANUAL,
            severity=Severity.BREAKS if _reads_versions(context) else Severity.CHANGES,
        )


def _reads_versions(context: Context) -> bool:
    """Return whether the same code reads the files of a model by its own URI, where such a file is not found."""
    for call in context.facts.named("download_artifacts", "load_text", "load_dict", "load_image", "list_artifacts"):
        argument = call.get("artifact_uri")
        if argument is not None and _is_of_model(argument.value, context):
            return True
    return False


def _is_of_model(node: ast.expr, context: Context) -> bool:
    uri = uri_of(node, context)
    return uri.scheme == "models" or (uri.root is not None and uri.root.origin is Origin.LOGGED_MODEL)


_LOGS = Project(logged=frozenset({"model"}))

_PROGRAM = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.sklearn.log_model(
        LinearRegression(), artifact_path="model", serialization_format="cloudpickle", registered_model_name="pets"
    )
    mlflow.log_text("cat dog", "model/labels.txt")
folder = mlflow.artifacts.download_artifacts("models:/pets/1")
with open(os.path.join(folder, "labels.txt")) as file:
    result = file.read()
"""

_BY_RUN = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
    mlflow.log_text("cat dog", "model/labels.txt")
folder = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model")
result = "labels.txt" in os.listdir(folder)
assert result
"""

_BY_HAND = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    mlflow.log_text("cat dog", "labels.txt")
    mlflow.sklearn.log_model(
        LinearRegression(), name="model", serialization_format="cloudpickle", registered_model_name="pets"
    )
version = mlflow.MlflowClient().get_model_version("pets", 1)
result = mlflow.artifacts.load_text(f"runs:/{version.run_id}/labels.txt")
"""

RULE = Rule(
    code="MLF110",
    name="file-beside-model",
    summary="A file that is logged into a model's path is not part of the model.",
    why="""\
In MLflow 2 `log_artifact(file, "model")` put the file into the folder of the model, and a version registered from it carried the file
along. In MLflow 3.0 run artifacts and models are kept apart: the file shows when one lists or downloads `runs:/<id>/model`, which merges
both, but `models:/…` does not have it (`mlflow/store/artifact/runs_artifact_repo.py`). Depending on the flavor,
`extra_files=`, `artifacts=` (pyfunc) or `code_paths=` make it part of the model.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(calls(*_FUNCTIONS, check=_check),),
    examples=(
        program(
            "a file that is read from the registered version",
            _PROGRAM,
            runs={"2 before": Run(), "3 before": Run(raises="FileNotFoundError: labels.txt"), "3 by hand": Run()},
            by_hand=_BY_HAND,
        ),
        program(
            "a file that is read by the run's URI: it is found there",
            _BY_RUN,
            runs={"2 before": Run(), "3 before": Run()},
        ),
        reported(
            "what a client logs, tables and images",
            """
            import mlflow

            class Reports:
                def __init__(self):
                    self.client = mlflow.MlflowClient()

                def write(self, run_id, rows, picture):
                    self.client.log_table(run_id, rows, "model/rows.json")
                    self.client.log_dict(run_id=run_id, dictionary={}, artifact_file="model/options.json")
                    mlflow.log_image(picture, "model/picture.png")
            """,
            project=_LOGS,
        ),
        untouched(
            "what a client logs elsewhere",
            """
            import mlflow

            client = mlflow.MlflowClient()
            client.log_table(run_id, rows, "tables/rows.json")
            client.log_text(run_id, "cat", artifact_file="models.txt")
            """,
            project=_LOGS,
        ),
        reported(
            "a file for the model",
            """
            import mlflow
            mlflow.onnx.log_model(m, "model")
            mlflow.log_artifact("labels.txt", "model")
            """,
        ),
        reported(
            "into a folder of the model, from another file",
            """
            import mlflow
            mlflow.log_artifacts("data", artifact_path="model/data")
            """,
            project=_LOGS,
        ),
        reported(
            "a string",
            """
            import mlflow
            mlflow.log_text("a b", "model/labels.txt")
            """,
            project=_LOGS,
        ),
        untouched(
            "another path",
            """
            import mlflow
            mlflow.log_artifact("labels.txt", "labels")
            """,
            project=_LOGS,
        ),
        untouched(
            "a path that begins alike",
            """
            import mlflow
            mlflow.log_artifact("x", "model_card")
            """,
            project=_LOGS,
        ),
        untouched(
            "the root",
            """
            import mlflow
            mlflow.log_artifact("labels.txt")
            """,
            project=_LOGS,
        ),
        untouched(
            "a path known only at run time",
            """
            import mlflow
            mlflow.log_artifact("x", path)
            """,
            project=_LOGS,
        ),
        untouched(
            "not MLflow",
            """
            import wandb
            wandb.log_artifact("x", "model")
            """,
            project=_LOGS,
        ),
    ),
)
