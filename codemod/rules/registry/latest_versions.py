"""MLF303: ``get_latest_versions`` gives the latest of each stage, not the latest."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import untold_calls
from codemod.rules.idioms.provisions import expects
from codemod.rules.idioms.stage_segments import SERVING_STAGES
from codemod.rules.idioms.stages import LATEST, NO_VERSION, is_refused, listed_stages, still
from codemod.rules.selectors import calls
from codemod.settings import Project

_WHY = "`get_latest_versions` has been deprecated since 2.9: it gives the latest version of each stage, and `[0]` is not the newest"


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    node = call.node
    if is_refused(context):
        yield Match(node, f"{_WHY}; {still(context)}", Safety.MANUAL, severity=Severity.BREAKS)
        return
    name, stages = call.get("name"), call.get("stages")
    wanted = listed_stages(stages.value, context) if stages is not None else ()
    first = context.names.scopes.parent(node)
    takes_first = isinstance(first, ast.Subscript) and isinstance(first.slice, ast.Constant) and first.slice.value == 0
    if name is not None and wanted is not None and takes_first and isinstance(first, ast.Subscript):
        new = _newest(call, name.value, wanted, context)
        if new is not None:
            text, says = new
            yield Match(node, f"{_WHY}; {says}", Safety.UNSAFE, (Replace(first, text),))
            return
    advice = (
        "read a version by alias (`get_model_version_by_alias`), or the newest by "
        "`max(client.search_model_versions(...), key=lambda version: int(version.version))`"
    )
    yield Match(node, f"{_WHY}; {advice}", Safety.MANUAL)


def _newest(call: BoundCall, name: ast.expr, wanted: tuple[str, ...], context: Context) -> tuple[str, str] | None:
    """Return the expression that takes the place of ``client.get_latest_versions(name, ...)[0]``, and what it does."""
    function = call.node.func
    if not isinstance(function, ast.Attribute) or call.open_kwargs is not None or call.star is not None:
        return None
    if expects(call.node, NO_VERSION, context):
        return None  # neither form raises that error
    client, shown = context.source(function.value), context.source(name)
    if len(wanted) == 1 and wanted[0] in SERVING_STAGES and wanted[0] in context.project.stages:
        alias = wanted[0].lower()
        return f'{client}.get_model_version_by_alias({shown}, "{alias}")', f'the alias "{alias}" names the version'
    if wanted not in ((), ("None",)):
        return None
    if isinstance(name, ast.Constant) and isinstance(name.value, str) and "'" not in name.value:
        query = f"\"name='{name.value}'\""
    elif isinstance(name, (ast.Name, ast.Attribute)) and "\n" not in shown:
        query = f"f\"name='{{{shown}}}'\""
    else:
        return None
    newest = f"max({client}.search_model_versions({query}), key=lambda version: int(version.version))"
    return newest, "the newest is the one with the highest number"


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

with mlflow.start_run():
    info = mlflow.sklearn.log_model(LinearRegression(), artifact_path="model", serialization_format="cloudpickle")
for _ in range(2):
    mlflow.register_model(info.model_uri, "line")
client = mlflow.MlflowClient()
result = int(client.get_latest_versions("line")[0].version)
"""
_NEWEST = """max(client.search_model_versions("name='line'"), key=lambda version: int(version.version))"""

RULE = Rule(
    code="MLF303",
    name="latest-versions",
    summary="`get_latest_versions` gives the latest version of each stage, not the latest version.",
    why="""\
`MlflowClient.get_latest_versions` is deprecated with the stages since 2.9 (`mlflow/tracking/client.py`); it still works on MLflow 3 with
a FutureWarning. Its result holds the latest version *of each stage*, by stage and not by number: with version 1 in Production and
version 2 in none, `[0]` is version 1.

`get_latest_versions(name)[0]` and `stages=["None"]` become the version with the highest number, by a stage that moves to an alias in
the same run (MLF301) the version with that alias. This is unsafe: the old code may have meant what it did. Other shapes are reported.""",
    safety=Safety.UNSAFE,
    severity=Severity.DEPRECATED,
    on=(calls(LATEST, check=_check, sure=True), untold_calls(LATEST, lambda _: _WHY)),
    since="2.9",
    examples=(
        fixed(
            "the newest version",
            """
            from mlflow import MlflowClient
            client = MlflowClient()
            version = client.get_latest_versions("m")[0].version
            """,
            """
            from mlflow import MlflowClient
            client = MlflowClient()
            version = max(client.search_model_versions("name='m'"), key=lambda version: int(version.version)).version
            """,
            unsafe=True,
        ),
        reported(
            "code that counts on the error of an empty list",
            """
            from mlflow import MlflowClient
            client = MlflowClient()
            try:
                version = client.get_latest_versions("m", stages=["None"])[0].version
            except IndexError:
                version = None
            """,
        ),
        fixed(
            "the newest without a stage, of a name in a variable",
            """
            from mlflow import MlflowClient
            latest = MlflowClient().get_latest_versions(name, stages=["None"])[0]
            """,
            """
            from mlflow import MlflowClient
            latest = max(MlflowClient().search_model_versions(f"name='{name}'"), key=lambda version: int(version.version))
            """,
            unsafe=True,
        ),
        fixed(
            "by a stage that becomes an alias",
            """
            from mlflow import MlflowClient
            v = MlflowClient().get_latest_versions(name, stages=["Production"])[0]
            """,
            """
            from mlflow import MlflowClient
            v = MlflowClient().get_model_version_by_alias(name, "production")
            """,
            unsafe=True,
            project=Project(stages=frozenset({"Production"})),
        ),
        program(
            "the newest of two versions",
            _PROGRAM,
            _PROGRAM.replace('client.get_latest_versions("line")[0]', _NEWEST),
            runs={
                "2 before": Run(says="get_latest_versions.* is deprecated"),
                "2 after": Run(silent="get_latest_versions"),
                "3 before": Run(says="get_latest_versions.* is deprecated"),
                "3 after": Run(silent="get_latest_versions"),
            },
            unsafe=True,
        ),
        reported(
            "by a stage that nobody sets here",
            """
            from mlflow import MlflowClient
            v = MlflowClient().get_latest_versions(name, stages=["Production"])[0]
            """,
            unsafe=True,
        ),
        reported(
            "all of them",
            """
            from mlflow import MlflowClient
            for v in MlflowClient().get_latest_versions(name):
                print(v)
            """,
            unsafe=True,
        ),
        reported(
            "a client that nobody sees",
            """
            import mlflow
            def newest(client):
                return client.get_latest_versions('m')[0]
            """,
            unsafe=True,
        ),
        untouched(
            "search",
            """
            from mlflow import MlflowClient
            print(MlflowClient().search_model_versions("name='m'")[0])
            """,
        ),
        untouched(
            "an alias",
            """
            from mlflow import MlflowClient
            print(MlflowClient().get_model_version_by_alias("m", "a"))
            """,
        ),
        untouched(
            "somebody else's",
            """
            import feast
            print(feast.get_latest_versions('m')[0])
            """,
        ),
        untouched(
            "a function of one's own",
            """
            def get_latest_versions(name):
                return [name]
            get_latest_versions('m')[0]
            """,
        ),
    ),
)
