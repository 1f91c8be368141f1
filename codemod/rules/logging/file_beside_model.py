"""MLF110: a file that is logged into a model's path is not part of the model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.modelless_runs import has_no_model, logs_no_model
from codemod.analysis.runs import run_around
from codemod.analysis.texts import text_of
from codemod.analysis.uris import Origin, uri_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.artifact_uris import in_logged
from codemod.rules.idioms.plain_files import PLACES
from codemod.rules.selectors import calls
from codemod.settings import Project

_OF_FILES = ("log_artifact", "log_artifacts")
_FUNCTIONS = {
    f"{owner}.{name}": argument for owner in ("mlflow", "mlflow.MlflowClient") for name, argument in PLACES.items()
}


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get(_FUNCTIONS[call.path])
    if argument is None or _is_of_another_run(call, context):
        return
    path = text_of(argument.value, context.names).known
    if path is None and _in_template(argument.value, context):
        path = context.source(argument.value)
    elif not in_logged(path, context):
        path = None
    if path is not None:
        where = (
            f"`{path}` is in the path of a logged model: MLflow 3 shows this file"
            if context.facts.logs_models
            else f"`{path}` is in the path of models that other code logs: if the run has such a model, MLflow 3 shows this file"
        )
        yield Match(
            call.node,
            f"{where} below `runs:/`, but does not keep it with the model, so that a registered version lacks it; "
            f"{_advice(call, str(path), context)}",
            Safety.MANUAL,
            severity=Severity.BREAKS if _reads_versions(context) else Severity.CHANGES,
        )


def _is_of_another_run(call: BoundCall, context: Context) -> bool:
    """Return whether the file goes into a run that certainly has no model of MLflow 3."""
    run = call.get("run_id")
    if run is not None:
        return has_no_model(run.value, context)
    around = run_around(call.node, context) if call.path.startswith("mlflow.log_") else None
    return around is not None and logs_no_model(around, context)


def _in_template(node: ast.expr, context: Context) -> bool:
    """Return whether a path begins as the name of a model of the same code, with the same values in it: ``f"{kind}/notes.txt"``."""
    path = _shown(node, context)
    names = (call.get("artifact_path", "name") for call in context.facts.named("log_model"))
    return any(
        name is not None
        and f"{path}/".startswith(f"{_shown(name.value, context)}/")
        and not _are_of_two_functions(node, name.value, context)
        for name in names
    )


def _are_of_two_functions(node: ast.expr, name: ast.expr, context: Context) -> bool:
    """Return whether a name is nothing but what callers give a function, and a path what they give another one, by the same word."""
    if any(isinstance(part, str) for part in text_of(name, context.names).parts):
        return False
    mine, theirs = _parameters(node, context), _parameters(name, context)
    others = [each for each in mine.keys() & theirs.keys() if mine[each] is not theirs[each]]
    # Who calls both here may give both the same.
    return any(not (_is_called(mine[each], context) and _is_called(theirs[each], context)) for each in others)


def _is_called(parameter: ast.arg, context: Context) -> bool:
    return any(context.facts.callers.get(each) for each in context.names.scopes.ancestors(parameter))


def _parameters(node: ast.expr, context: Context) -> dict[str, ast.arg]:
    """Return the parameters that a string is made of, by name, but for the object whose methods these are."""
    names = [item for item in ast.walk(node) if isinstance(item, ast.Name) and item.id not in ("self", "cls")]
    found = {item.id: context.names.parameter(item) for item in names}
    return {name: parameter for name, parameter in found.items() if parameter is not None}


def _shown(node: ast.expr, context: Context) -> str:
    parts = text_of(node, context.names).parts
    return "".join(part if isinstance(part, str) else f"{{{ast.unparse(part.node)}}}" for part in parts)


def _advice(call: BoundCall, path: str, context: Context) -> str:
    """Say which argument of which call makes the file part of the model."""
    first = "" if call.path.rpartition(".")[2] in _OF_FILES else "write it to a file and "
    functions = {each.path for each in context.facts.named("log_model") if _logs_to(path, each, context)}
    function = functions.pop() if len(functions) == 1 else ""
    if _takes("artifacts", function, context):
        return f"{first}give it to `{function}` as `artifacts=`"
    if _takes("extra_files", function, context):
        return f"{first}give it to `{function}` as `extra_files=`, which puts it into the model's `extra_files/`"
    if function and _takes("code_paths", function, context):
        return f"{first}give it to `{function}` as `code_paths=`, which puts it into the model's `code/`"
    return f"{first}give it to the model's `log_model` (pyfunc takes `artifacts=`, most other flavors `extra_files=`)"


def _logs_to(path: str, call: BoundCall, context: Context) -> bool:
    argument = call.get("artifact_path", "name")
    name = text_of(argument.value, context.names).known if argument is not None else None
    return bool(name) and f"{path}/".startswith(f"{name}/")


def _takes(parameter: str, function: str, context: Context) -> bool:
    releases = (context.target.release, mlflow_api.NEWEST_2) if context.target.both else (context.target.release,)
    signatures = [mlflow_api.signature(function, release) for release in releases] if function else [None]
    return all(found is not None and found.parameter(parameter) is not None for found in signatures)


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
        reported(
            "in the path of a model with a value in it",
            """
            import mlflow
            for kind in kinds:
                mlflow.xgboost.log_model(models[kind], name=f"{kind}-model")
                mlflow.log_text("cat dog", f"{kind}-model/labels.txt")
            """,
        ),
        reported(
            "in the path of a model that a parameter names, with other text around it",
            """
            import mlflow

            def train(model, kind):
                mlflow.xgboost.log_model(model, name=f"{kind}-model")

            def describe(kind):
                mlflow.log_text("cat dog", f"{kind}-model/labels.txt")
            """,
        ),
        reported(
            "parameters of two functions that the same code calls",
            """
            import mlflow

            def save_model(model, name):
                mlflow.xgboost.log_model(model, name=name)

            def save_labels(labels, name):
                mlflow.log_dict(labels, f"{name}/labels.json")

            save_model(model, "clf")
            save_labels({}, "clf")
            """,
        ),
        untouched(
            "parameters of two functions that are called alike",
            """
            import mlflow

            class Tracker:
                def file(self, path, artifact_path=None):
                    mlflow.log_artifact(path, artifact_path)

                def model(self, model, artifact_path="har_model"):
                    mlflow.xgboost.log_model(model, name=artifact_path)
            """,
        ),
        untouched(
            "a run that was made before",
            """
            import mlflow
            client = mlflow.MlflowClient()
            client.log_artifact("0123456789abcdef0123456789abcdef", "notes.txt", "model")
            """,
            project=_LOGS,
        ),
        untouched(
            "another run of the same code",
            """
            import mlflow
            with mlflow.start_run():
                mlflow.xgboost.log_model(booster, name="model")
            with mlflow.start_run() as notes:
                mlflow.log_artifact("notes.txt", "model")
            mlflow.MlflowClient().log_artifact(notes.info.run_id, "more.txt", "model")
            """,
        ),
        reported(
            "a run in which other code may log the model",
            """
            import mlflow
            from training import train
            with mlflow.start_run():
                train()
                mlflow.log_artifact("notes.txt", "model")
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
