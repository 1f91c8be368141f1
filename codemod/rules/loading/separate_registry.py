"""MLF210: what a registered version holds is asked of the tracking store, which may not be the one that has its model."""

from __future__ import annotations

from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.named_stores import may_be_databricks
from codemod.rules.selectors import calls
from codemod.settings import Project

_SETS_REGISTRY = "mlflow.set_registry_uri"
_SETS_TRACKING = "mlflow.set_tracking_uri"
_VARIABLE = "MLFLOW_REGISTRY_URI"


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get("model_uri")
    if argument is None or not _is_registered(text_of(argument.value, context.names).fixed):
        return
    if _has_own_registry(context):
        yield Match(
            call.node,
            "the registry is a store of its own here: MLflow 3 asks the tracking store for the model behind a version, and fails where the "
            "tracking URI is not that of the store where the model was logged; "
            "`Model.load(mlflow.artifacts.download_artifacts(uri))` asks the registry alone, on 2 and 3",
            Safety.MANUAL,
        )


def _is_registered(uri: str) -> bool:
    return uri.startswith("models:/") and not uri.startswith("models:/m-")


def _has_own_registry(context: Context) -> bool:
    """Return whether this code, or other code of the run, names a registry that is not Databricks' own."""
    facts = context.facts
    given = [call.get("uri") for call in facts.called(_SETS_REGISTRY)]
    values = [argument.value for argument in given if argument is not None]
    values += [value for value in facts.environment.get(_VARIABLE, ()) if value is not None]
    if not values and context.settings.project is not None and context.settings.project.registries - {context.path}:
        # Which registry the other file names is not known: what this file tracks into tells whether it may be a store of its own.
        values = [argument.value for call in facts.called(_SETS_TRACKING) if (argument := call.get("uri")) is not None]
    return any(not may_be_databricks(value, context) for value in values)


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

mlflow.set_tracking_uri("sqlite:///tracking.db")
mlflow.set_registry_uri("sqlite:///registry.db")
with mlflow.start_run():
    model = LinearRegression().fit([[0.0], [1.0]], [0.0, 1.0])
    info = mlflow.sklearn.log_model(model, name="line", serialization_format="cloudpickle")
mlflow.register_model(info.model_uri, "line")

mlflow.set_tracking_uri("sqlite:///registry.db")
result = sorted(mlflow.models.get_model_info("models:/line/1").flavors)
"""
_BEFORE = _PROGRAM.replace("name=", "artifact_path=")
_BY_HAND = _PROGRAM.replace(
    'mlflow.models.get_model_info("models:/line/1")',
    'mlflow.models.Model.load(mlflow.artifacts.download_artifacts("models:/line/1"))',
)

RULE = Rule(
    code="MLF210",
    name="separate-registry",
    summary="`get_model_info` of a registered version asks the tracking store, too, which may not have its model.",
    why="""\
A version that MLflow 3 registers points to a LoggedModel, which belongs to the tracking store. `get_model_info` asks the current tracking store
for it (`Model.get_model_info` in `mlflow/models/model.py`, 3.0 and later), so that code that knows the registry only ends with `MlflowException:
Logged model with ID 'm-...' not found`; MLflow 2 read the version's files and nothing else. Loading the model and downloading its files
still ask the registry alone.

Where the registry is the tracking store, or both are Databricks', nothing is reported.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(calls("mlflow.models.get_model_info", check=_check),),
    examples=(
        program(
            "code that knows the registry only",
            _BEFORE,
            by_hand=_BY_HAND,
            runs={
                "2 before": Run(),
                "3 before": Run(raises="MlflowException: Logged model"),
                "3 by hand": Run(),
            },
        ),
        reported(
            "the registry comes from the environment",
            """
            import os
            import mlflow
            os.environ["MLFLOW_REGISTRY_URI"] = "https://registry.example.com"
            print(mlflow.models.get_model_info(f"models:/{name}/{version}").signature)
            """,
        ),
        reported(
            "another file names the registry",
            """
            import mlflow
            mlflow.set_tracking_uri("https://registry.example.com")
            info = mlflow.models.get_model_info("models:/line/1")
            """,
            project=Project(registries=frozenset({"train.py"})),
        ),
        untouched(
            "no registry of its own",
            """
            import mlflow
            mlflow.set_tracking_uri("https://mlflow.example.com")
            info = mlflow.models.get_model_info("models:/line/1")
            """,
        ),
        untouched(
            "the registry of Databricks",
            """
            import mlflow
            mlflow.set_registry_uri("databricks-uc")
            info = mlflow.models.get_model_info("models:/main.models.line@champion")
            """,
        ),
        untouched(
            "the registry of Databricks, as the default of an option",
            """
            import argparse
            import mlflow
            parser = argparse.ArgumentParser()
            parser.add_argument("--registry-uri", default="databricks-uc")
            args = parser.parse_args()
            mlflow.set_registry_uri(args.registry_uri)
            info = mlflow.models.get_model_info("models:/main.models.line@champion")
            """,
        ),
        untouched(
            "a model of a run",
            """
            import mlflow
            mlflow.set_registry_uri("https://registry.example.com")
            info = mlflow.models.get_model_info(f"runs:/{run_id}/line")
            """,
        ),
        untouched(
            "a logged model by its identifier",
            """
            import mlflow
            mlflow.set_registry_uri("https://registry.example.com")
            info = mlflow.models.get_model_info(f"models:/m-{identifier}")
            """,
        ),
        untouched(
            "the model is loaded",
            """
            import mlflow
            mlflow.set_registry_uri("https://registry.example.com")
            model = mlflow.pyfunc.load_model("models:/line/1")
            """,
        ),
    ),
)
