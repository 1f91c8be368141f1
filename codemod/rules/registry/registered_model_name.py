"""MLF304: the registry refuses names with a slash or a colon."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.named_stores import may_be_databricks
from codemod.rules.idioms.stages import REFUSED, is_refused
from codemod.rules.selectors import calls
from codemod.settings import Project

_REFUSED = "/:"
# Every method of the registry that takes the name of a registered model; the store looks at the name before it looks for the model.
_METHODS = (
    *("create_registered_model", "rename_registered_model", "update_registered_model", "delete_registered_model"),
    *("get_registered_model", "set_registered_model_tag", "delete_registered_model_tag", "get_latest_versions"),
    *("create_model_version", "update_model_version", "transition_model_version_stage", "delete_model_version"),
    *("get_model_version", "get_model_version_download_uri", "set_model_version_tag", "delete_model_version_tag"),
    *("set_registered_model_alias", "delete_registered_model_alias", "get_model_version_by_alias"),
)
_FUNCTIONS = ("mlflow.register_model", *(f"mlflow.MlflowClient.{method}" for method in _METHODS))
# What other rules tell of.
_STAGED = {"get_latest_versions", "transition_model_version_stage"}
_LEVEL = re.compile(r"[^./:]+")
_STORES = ("mlflow.set_registry_uri", "mlflow.set_tracking_uri")


def _named(call: BoundCall, context: Context) -> Iterator[Match]:
    yield from _check(call, context, "name", "new_name")


def _registered(call: BoundCall, context: Context) -> Iterator[Match]:
    yield from _check(call, context, "registered_model_name")


def _check(call: BoundCall, context: Context, *parameters: str) -> Iterator[Match]:
    if is_refused(context) and call.node is _first_of_one_level(context):
        yield Match(call.node, REFUSED, Safety.MANUAL)
    if not context.target.at_least("3.11") or _is_databricks(context):
        return
    for argument in call.arguments:
        if argument.parameter not in parameters:
            continue
        held = {character for value in argument.values for character in text_of(value, context.names).fixed}
        refused = " and ".join(f"`{character}`" for character in _REFUSED if character in held)
        if refused:
            yield Match(
                argument.value,
                f"since 3.11 MLflow's registry refuses a name that holds {refused}, also of a model that is there; rename the model "
                "with MLflow 2 (`rename_registered_model`), before the server is upgraded, and here",
                Safety.MANUAL,
            )


@once
def _first_of_one_level(context: Context) -> ast.Call | None:
    """Return the first call that names a model without a catalog and a schema: one finding says it for all."""
    names = {path.rpartition(".")[2] for path in _FUNCTIONS} - _STAGED
    calls = [(call, call.get("name")) for call in context.facts.named(*names) if call.path in _FUNCTIONS]
    calls += [(call, call.get("registered_model_name")) for call in context.facts.named("log_model", "autolog")]
    found = [
        call.node
        for call, argument in calls
        if argument is not None and _LEVEL.fullmatch(text_of(argument.value, context.names).known or "")
    ]
    return min(found, key=context.names.scopes.order, default=None)


def _is_databricks(context: Context) -> bool:
    """Return whether the code names a store of Databricks, which has rules of its own for names."""
    return any(
        may_be_databricks(argument.value, context)
        for call in context.facts.called(*_STORES)
        for argument in call.arguments
    )


_PROGRAM = """\
import mlflow

client = mlflow.MlflowClient()
client.create_registered_model("team/forest")
result = client.get_registered_model("team/forest").name == "team/forest"
"""

RULE = Rule(
    code="MLF304",
    name="registered-model-name",
    summary="The registry refuses names of registered models with a slash or a colon since 3.11.",
    why="""\
MLflow 2 took `team/forest` and `forest:v1` as names of registered models, and so did MLflow 3 before 3.11. Since then the store refuses
them: `MlflowException: Invalid model name 'team/forest'. Names cannot contain '/' or ':'.` (`_validate_model_name` in
`mlflow/utils/validation.py`). It looks at the name at each step, also where the model is there already: what was registered under such a
name can be neither read nor renamed any more (`_get_registered_model` in `mlflow/store/model_registry/sqlalchemy_store.py`).

So rename such models with MLflow 2, before the server or the database is upgraded: `client.rename_registered_model("team/forest",
"team-forest")`; then change the name in all code that uses it. The registries of Databricks are not concerned.

On Databricks, names of one level are: code that tracks there and names no registry took the registry of the workspace in MLflow 2, and takes
that of the Unity Catalog since 3.0 (`_get_default_registry_uri_for_tracking_uri` in `mlflow/tracking/_model_registry/utils.py`), where
a name has a catalog and a schema. This is said once for a file.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    since="3.11",
    on=(
        calls(*_FUNCTIONS, check=_named),
        calls("log_model", "autolog", check=_registered, needs=({"registered_model_name"},)),
    ),
    examples=(
        program(
            "a name with a folder",
            _PROGRAM,
            by_hand=_PROGRAM.replace("team/forest", "team-forest"),
            runs={
                "2 before": Run(),
                "3 before": Run(raises="MlflowException: Names cannot contain"),
                "3 by hand": Run(),
            },
        ),
        reported(
            "a model that is registered as it is logged",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="model", serialization_format="cloudpickle", registered_model_name="risk:scoring")
            """,
        ),
        reported(
            "a name that is put together",
            """
            import mlflow
            mlflow.register_model(uri, f"{team}/{model}")
            """,
        ),
        reported(
            "a name of one level, where Databricks tracks",
            """
            import mlflow
            mlflow.set_tracking_uri("databricks")
            mlflow.register_model(uri, "forest")
            mlflow.MlflowClient().set_registered_model_alias("forest", "champion", "1")
            """,
        ),
        *(
            reported(
                f"a function that is handed on with its arguments: {title}",
                f"""
                import asyncio, functools, itertools, mlflow, threading

                def run(uri, pool, loop):
                    {call}
                """,
            )
            for title, call in (
                ("a pool", "pool.submit(mlflow.register_model, uri, 'team/forest')"),
                ("a loop", "loop.run_in_executor(None, mlflow.register_model, uri, 'team/forest')"),
                ("a thread", "threading.Thread(target=mlflow.register_model, args=(uri, 'team/forest')).start()"),
                ("items one by one", "list(map(mlflow.register_model, [uri, uri], ['forest', 'team/forest']))"),
                (
                    "a partial, and tuples one by one",
                    "list(itertools.starmap(functools.partial(mlflow.register_model, tags={}), [(uri, 'team/forest')]))",
                ),
            )
        ),
        untouched(
            "functions that are handed on with other arguments",
            """
            import mlflow

            def run(uri, pool, names):
                pool.submit(mlflow.register_model, uri, "forest")
                pool.submit(mlflow.log_param, uri, "team/forest")
                pool.submit(register, uri, "team/forest")
                list(map(mlflow.register_model, [uri, uri], names))
                list(map(mlflow.log_params, ["team/forest"]))
            """,
        ),
        untouched(
            "a name with a catalog and a schema",
            """
            import mlflow
            mlflow.set_tracking_uri("databricks")
            mlflow.register_model(uri, "main.models.forest")
            """,
        ),
        untouched(
            "a registry that another file names",
            """
            import mlflow
            mlflow.set_tracking_uri("databricks")
            mlflow.register_model(uri, "forest")
            """,
            project=Project(registries=frozenset({"setup.py"})),
        ),
        untouched(
            "other characters",
            """
            import mlflow
            mlflow.register_model(uri, "main.models.forest_v1-final")
            """,
        ),
        *(
            reported(f"a name of one level, where Databricks tracks: {title}", before)
            for title, before in (
                (
                    "the default of an option of argparse",
                    """
                    import argparse
                    import mlflow
                    parser = argparse.ArgumentParser()
                    parser.add_argument("--tracking-uri", default="databricks")
                    args = parser.parse_args()
                    mlflow.set_tracking_uri(args.tracking_uri)
                    mlflow.register_model(uri, "forest")
                    """,
                ),
                (
                    "the default of an option of click",
                    """
                    import click
                    import mlflow
                    @click.command()
                    @click.option("--tracking-uri", default="databricks://profile")
                    def main(tracking_uri):
                        mlflow.set_tracking_uri(tracking_uri)
                        mlflow.register_model(uri, "forest")
                    """,
                ),
                (
                    "the default of an option of typer",
                    """
                    import mlflow
                    import typer
                    def main(where: str = typer.Option("databricks"), name: str = "forest"):
                        client = mlflow.MlflowClient(tracking_uri=where)
                        client.create_registered_model("forest")
                    typer.run(main)
                    """,
                ),
                (
                    "the default of a parameter",
                    """
                    import mlflow
                    def main(where="databricks"):
                        mlflow.set_tracking_uri(where)
                        mlflow.register_model(uri, "forest")
                    """,
                ),
                (
                    "the default of the environment",
                    """
                    import os
                    import mlflow
                    mlflow.set_tracking_uri(os.environ.get("MLFLOW_TRACKING_URI", "databricks"))
                    mlflow.register_model(uri, "forest")
                    """,
                ),
            )
        ),
        untouched(
            "another default of an option",
            """
            import click
            import mlflow
            @click.command()
            @click.option("--tracking-uri", default="http://tracking:5000")
            @click.option("--registry", default="databricks")
            def main(tracking_uri, registry):
                mlflow.set_tracking_uri(tracking_uri)
                mlflow.register_model(uri, "forest")
            """,
        ),
        untouched(
            "a registry of Databricks that is the default of an option",
            """
            import click
            import mlflow
            @click.command()
            @click.option("--registry", default="databricks-uc")
            def main(registry):
                mlflow.set_registry_uri(registry)
                mlflow.register_model(uri, "/Shared/forest")
            """,
        ),
        untouched(
            "a registry of Databricks",
            """
            import mlflow
            mlflow.set_registry_uri("databricks")
            mlflow.register_model(uri, "/Shared/forest")
            """,
        ),
        untouched(
            "a URI of another library",
            """
            import registry
            registry.register_model(uri, "team/forest")
            """,
        ),
        untouched(
            "a run and an experiment may have such names",
            """
            import mlflow
            mlflow.MlflowClient().create_experiment(name="team/forest")
            mlflow.MlflowClient().update_run(run_id, name="a:b")
            """,
        ),
        untouched(
            "an older target",
            """
            import mlflow
            mlflow.register_model(uri, "team/forest")
            """,
            target="3.10",
        ),
    ),
)
