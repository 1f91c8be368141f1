"""MLF301: registry stages give way to aliases."""

from __future__ import annotations

from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import (
    CallChange,
    DropKeyword,
    NameArgument,
    Operation,
    RenameFunction,
    RenameKeyword,
    SetValue,
)
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import untold_calls
from codemod.rules.idioms.stages import TRANSITION, alias_stage, is_refused, keeper_of_stages, known_stage, still
from codemod.rules.selectors import calls
from codemod.settings import Project


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    yield _match(call, context)


def _match(call: BoundCall, context: Context) -> Match:
    if is_refused(context):
        return Match(call.node, still(context), Safety.MANUAL, severity=Severity.BREAKS)
    stage = alias_stage(call, context)
    if stage is None:
        advice = "`set_registered_model_alias(name, alias, version)` moves an alias"
        if known_stage(call, context) in ("Archived", "None"):
            advice = "with aliases nothing is archived: the alias moves on"
        return Match(call.node, f"{still(context)}; {advice}", Safety.MANUAL)
    if stage not in context.project.stages:
        return Match(
            call.node,
            f"{still(context)}; {keeper_of_stages(context) or 'kept: no use of this stage can move'}",
            Safety.MANUAL,
        )
    message = f'{still(context)}; the alias "{stage.lower()}" takes the place of the stage'
    return Match(call.node, message, Safety.UNSAFE, (CallChange(call.node, tuple(_operations(call, stage))),))


def _operations(call: BoundCall, stage: str) -> list[Operation]:
    """Return what makes of a transition the call that sets an alias."""
    operations: list[Operation] = [RenameFunction("set_registered_model_alias")]
    for argument in call.arguments:
        parameter = argument.parameter or ""
        keyword = "alias" if parameter == "stage" else parameter
        if parameter == "archive_existing_versions":
            operations.append(DropKeyword(parameter))
        elif argument.index is not None:
            operations.append(NameArgument(argument.index, keyword))
        elif parameter == "stage":
            operations.append(RenameKeyword("stage", "alias"))
        if parameter == "stage":
            place: int | str = argument.index if argument.index is not None else "stage"
            operations.append(SetValue(place, f'"{stage.lower()}"'))
    return operations


_PROGRAM = """\
import mlflow
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        LinearRegression().fit(X, y), artifact_path="model", serialization_format="cloudpickle", registered_model_name="line"
    )
client = MlflowClient()
client.transition_model_version_stage(name="line", version=1, stage="Production")
result = mlflow.pyfunc.load_model("models:/line/1").predict(X).tolist()
"""

RULE = Rule(
    code="MLF301",
    name="stage-transition",
    summary="Stages of the model registry give way to aliases.",
    why="""\
`MlflowClient.transition_model_version_stage` has been deprecated since 2.9 (`mlflow/tracking/client.py`: "Model registry stages will be
removed in a future major release"). It still works on 3.17 with a FutureWarning. An alias names one version of a model and can be
moved to another one: `set_registered_model_alias(name, alias, version)`, on MLflow 2.3 and later.

The fix is unsafe: the registry page, other jobs and people may look for the stage. It is offered only when every use of stages in the
files of the run can be moved: transitions with a literal stage, `models:/name/Production` URIs and `get_latest_versions` by stage.
Then all of them move together. "Archived" has no alias: nothing needs to be archived when the alias moves on.
A stage that stands as a value in JSON, YAML, TOML, `.env` or the like of the run keeps them all: nobody can tell who reads it.""",
    safety=Safety.UNSAFE,
    severity=Severity.DEPRECATED,
    on=(calls(TRANSITION, check=_check, sure=True), untold_calls(TRANSITION, still)),
    since="2.9",
    examples=(
        program(
            "a version goes to production",
            _PROGRAM,
            _PROGRAM.replace(
                'transition_model_version_stage(name="line", version=1, stage="Production")',
                'set_registered_model_alias(name="line", version=1, alias="production")',
            ),
            runs={
                "2 before": Run(says="transition_model_version_stage.*deprecated"),
                "2 after": Run(),
                "3 before": Run(says="transition_model_version_stage.*deprecated"),
                "3 after": Run(silent="transition_model_version_stage"),
            },
            unsafe=True,
        ),
        fixed(
            "by position, archiving the older ones",
            """
            import mlflow
            client = mlflow.MlflowClient()
            client.transition_model_version_stage("m", version, "Staging", archive_existing_versions=True)
            """,
            """
            import mlflow
            client = mlflow.MlflowClient()
            client.set_registered_model_alias(name="m", version=version, alias="staging")
            """,
            unsafe=True,
        ),
        reported(
            "a stage that is known only at run time",
            """
            from mlflow import MlflowClient
            MlflowClient().transition_model_version_stage(name, version, stage)
            """,
            unsafe=True,
        ),
        reported(
            "the registry of Databricks that MLflow 3 takes by default",
            """
            import mlflow
            mlflow.set_tracking_uri("databricks")
            mlflow.MlflowClient().transition_model_version_stage("churn", 3, "Production")
            """,
            unsafe=True,
        ),
        fixed(
            "another server beside it",
            """
            import mlflow
            mlflow.set_tracking_uri("http://localhost:5000")
            mlflow.MlflowClient().transition_model_version_stage("churn", 3, "Production")
            """,
            """
            import mlflow
            mlflow.set_tracking_uri("http://localhost:5000")
            mlflow.MlflowClient().set_registered_model_alias(
                name="churn",
                version=3,
                alias="production",
            )
            """,
            unsafe=True,
        ),
        reported(
            "archiving",
            """
            from mlflow import MlflowClient
            MlflowClient().transition_model_version_stage("m", 1, stage="Archived")
            """,
            unsafe=True,
        ),
        reported(
            "code that reads the stage keeps it",
            """
            from mlflow import MlflowClient
            client = MlflowClient()
            client.transition_model_version_stage("m", 1, "Production")
            print(client.get_model_version("m", 1).current_stage)
            """,
            unsafe=True,
        ),
        reported(
            "a configuration of the run holds a stage",
            """
            from mlflow import MlflowClient
            MlflowClient().transition_model_version_stage("m", 1, "Production")
            """,
            unsafe=True,
            project=Project(stages_kept_by="config.json:3 holds a stage, and nobody can tell who reads it"),
        ),
        reported(
            "the result is used",
            """
            from mlflow import MlflowClient
            v = MlflowClient().transition_model_version_stage("m", 1, "Production")
            """,
            unsafe=True,
        ),
        untouched(
            "an alias",
            """
            from mlflow import MlflowClient
            MlflowClient().set_registered_model_alias("m", "a", 1)
            """,
        ),
        untouched(
            "a method of one's own",
            """
            class Registry:
                def transition_model_version_stage(self, n, v, s): ...
            Registry().transition_model_version_stage("m", 1, "Production")
            """,
        ),
        untouched(
            "another client",
            """
            import boto3
            boto3.client("s").transition_model_version_stage("m", 1, "Production")
            """,
        ),
        untouched(
            "a string of that name",
            """
            import mlflow
            names = ["transition_model_version_stage"]
            print(names, mlflow.__name__)
            """,
        ),
    ),
)
