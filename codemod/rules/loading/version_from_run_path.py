"""MLF202: ``create_model_version`` does not look where a model is."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.stores import has_own_stores
from codemod.analysis.texts import text_of
from codemod.analysis.uris import Uri, uri_of
from codemod.findings import Safety, Severity
from codemod.names import Instance
from codemod.rewriting.edits import (
    CallChange,
    DropKeyword,
    Operation,
    RenameFunction,
    RenameKeyword,
    Replace,
    RequireImport,
    SetValue,
)
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import untold_calls
from codemod.rules.idioms.artifact_uris import artifact_uri
from codemod.rules.idioms.stored_paths import stored_path
from codemod.rules.loading.register_plain_artifact import run_path, why_no_model
from codemod.rules.selectors import calls

_FUNCTION = "mlflow.MlflowClient.create_model_version"
_CARRIED = ("name", "source", "run_id", "tags", "await_creation_for")


_WHY = "MLflow 3 takes the source of `create_model_version` as it stands, and a version made from a run's path cannot be loaded"


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    node = call.node
    source = call.get("source")
    if source is None:
        return
    uri = _runs_uri(source.value, context)
    if uri is None:
        if not _is_model_uri(source.value, context):
            yield Match(
                node,
                f"{_WHY}; if this one is a run's path, use `mlflow.register_model(model_uri, name)`",
                Safety.MANUAL,
            )
        return
    if not context.target.at_least("3.9") and text_of(source.value, context.names).fixed.startswith("runs:/"):
        return  # until then a version was loaded by such a source as a run's model is
    path = _path(source.value, context)
    if path is not None:
        reason = why_no_model(path, context)
    else:
        reason = None if _may_log(context) else "nothing here logs a model"
    if reason is not None:
        yield Match(
            node,
            f"{_WHY}; {reason}, and `mlflow.register_model` refuses it: log it with `log_model`",
            Safety.MANUAL,
        )
        return
    if has_own_stores(call, context):
        message = (
            f"{_WHY}; use `mlflow.register_model(model_uri, name)`, where MLflow's own URIs are those of this client"
        )
        yield Match(node, message, Safety.MANUAL)
        return
    change = _register(call, uri, context)
    statement = context.names.scopes.statement(node)
    if change is None or not isinstance(statement, ast.stmt):
        yield Match(node, f"{_WHY}; use `mlflow.register_model(model_uri, name)`", Safety.MANUAL)
        return
    changes = (change, RequireImport("mlflow", "", statement))
    yield Match(node, f"{_WHY}; `mlflow.register_model` finds the model", Safety.UNSAFE, changes)


def _may_log(context: Context) -> bool:
    """Return whether the code of the run logs a model, so that a path that it computes may be that of one."""
    return bool(context.project.logged) or context.project.computed or context.facts.autologs


def _runs_uri(node: ast.expr, context: Context) -> str | None:
    """Return the source of a ``runs:/`` URI for an expression that leads to a run's model; None for anything else."""
    if text_of(node, context.names).fixed.startswith("runs:/"):
        return context.source(node)
    if isinstance(node, ast.Name):
        definition = context.names.definition(node)
        if definition is None:
            return None
        found = artifact_uri(definition, context)
        return found.runs_uri if found is not None else None
    found = artifact_uri(node, context)
    return found.runs_uri if found is not None else None


def _path(node: ast.expr, context: Context) -> str | None:
    """Return the path below the artifacts of a run that a source leads to; None when it is known only at run time."""
    definition = context.names.definition(node) if isinstance(node, ast.Name) else None
    found = artifact_uri(definition or node, context)
    return found.path if found is not None else run_path(node, context)


def _is_model_uri(node: ast.expr, context: Context) -> bool:
    """Return whether the source is the URI of a logged model or of a version, or plainly a place of its own, which MLflow 3 can load."""
    uri = uri_of(node, context)
    if uri.scheme == "models" or _is_own_place(uri, node, context):
        return True
    if isinstance(node, ast.Name):
        definition = context.names.definition(node)
        return definition is not None and _is_model_uri(definition, context)
    if isinstance(node, ast.Attribute):
        owner = context.resolve(node.value)
        return isinstance(owner, Instance) and node.attr in ("model_uri", "source")
    return False


def _is_own_place(uri: Uri, node: ast.expr, context: Context) -> bool:
    """Return whether a URI leads to a bucket or folder that is no run's, as far as its text shows."""
    if (
        uri.root is not None
        or uri.scheme in (None, "runs", "mlflow-artifacts")
        or stored_path(node, context) is not None
    ):
        return False
    return not any(word in uri.text.fixed for word in ("mlruns", "mlartifacts", "/artifacts")) and bool(uri.text.start)


def _has_own_place(node: ast.Call, context: Context) -> bool:
    """Return whether a call, whosever method it is, gets a source that leads to a place of its own."""
    given = [keyword.value for keyword in node.keywords if keyword.arg == "source"]
    source = next(iter([*given, *node.args[1:2]]), None)
    return source is not None and _is_model_uri(source, context)


def _register(call: BoundCall, uri: str, context: Context) -> Replace | CallChange | None:
    if call.star is not None or call.open_kwargs is not None or call.makes_partial:
        return None
    if any(argument.parameter not in _CARRIED or argument.keys for argument in call.arguments):
        return None
    name, tags, wait = call.get("name"), call.get("tags"), call.get("await_creation_for")
    if name is None:
        return None
    if not call.node.args and "\n" not in uri:  # its layout and its comments stay
        operations: list[Operation] = [RenameFunction("mlflow.register_model"), RenameKeyword("source", "model_uri")]
        operations.append(SetValue("source", uri))
        if call.get("run_id") is not None:
            operations.append(DropKeyword("run_id"))
        if wait is not None:
            operations.append(RenameKeyword("await_creation_for", "await_registration_for"))
        return CallChange(call.node, tuple(operations))
    text = f"mlflow.register_model({uri}, {context.source(name.value)}"
    if wait is not None:
        text += f", await_registration_for={context.source(wait.value)}"
    if tags is not None:
        text += f", tags={context.source(tags.value)}"
    return Replace(call.node, f"{text})")


_PROGRAM = """\
import mlflow
from mlflow import MlflowClient
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(LinearRegression().fit(X, y), artifact_path="model", serialization_format="cloudpickle")
client = MlflowClient()
client.create_registered_model("line")
version = client.create_model_version("line", f"runs:/{run.info.run_id}/model", run.info.run_id)
result = mlflow.pyfunc.load_model(f"models:/line/{version.version}").predict(X).tolist()
"""

RULE = Rule(
    code="MLF202",
    name="version-from-run-path",
    summary="`create_model_version` from a run's path makes a version that cannot be loaded.",
    why="""\
`MlflowClient.create_model_version` stores its `source` as it stands (`mlflow/tracking/_model_registry/client.py`). In MLflow 2 the model
was at `runs:/<id>/model` and at `<artifact uri>/model`. The call succeeds with both on MLflow 3, and loading the version fails with an
MlflowException that misses `MLmodel`: with the artifact URI since 3.0, with `runs:/` since 3.9 (`ArtifactRepository.download_artifacts` in
`mlflow/store/artifact/artifact_repo.py` looks at the root of the run only). `mlflow.register_model` looks for the model of that name first
(`mlflow/tracking/_model_registry/fluent.py`), on 2 and on 3.

The fix is unsafe: `register_model` makes the registered model when it does not exist, and uses the tracking and registry URIs of
`mlflow` instead of the client's.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(calls(_FUNCTION, check=_check, sure=True), untold_calls(_FUNCTION, lambda _: _WHY, unless=_has_own_place)),
    examples=(
        untouched(
            "a bucket, by a client that may be another one",
            """
            from mlflow import MlflowClient
            def register(name, client=None):
                client = client or MlflowClient()
                client.create_model_version(name, source="/".join(["s3://models", name]))
            """,
        ),
        reported(
            "a client of another registry",
            """
            import mlflow
            client = mlflow.MlflowClient(registry_uri="http://registry")
            with mlflow.start_run() as run:
                mlflow.xgboost.log_model(booster, name="model")
            client.create_model_version("line", f"runs:/{run.info.run_id}/model", run.info.run_id)
            """,
        ),
        program(
            "a version from a runs URI",
            _PROGRAM,
            _PROGRAM.replace(
                'client.create_model_version("line", f"runs:/{run.info.run_id}/model", run.info.run_id)',
                'mlflow.register_model(f"runs:/{run.info.run_id}/model", "line")',
            ),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: No such artifact|Could not find an .MLmodel."),
                "3 after": Run(),
            },
            unsafe=True,
        ),
        fixed(
            "from the artifacts' place, where mlflow was not imported",
            """
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            run = client.get_run(i)
            client.create_model_version(name=n, source=f'{run.info.artifact_uri}/model', tags=tags)
            """,
            """
            import mlflow
            from mlflow.tracking import MlflowClient

            client = MlflowClient()
            run = client.get_run(i)
            mlflow.register_model(name=n, model_uri=f"runs:/{run.info.run_id}/model", tags=tags)
            """,
            unsafe=True,
        ),
        fixed(
            "over several lines, with comments",
            """
            import mlflow
            from mlflow import MlflowClient

            version = MlflowClient().create_model_version(
                name="line",  # the same for all regions
                source=f"runs:/{run_id}/model",
                run_id=run_id,
                await_creation_for=0,
            )
            """,
            """
            import mlflow
            from mlflow import MlflowClient

            version = mlflow.register_model(
                name="line",  # the same for all regions
                model_uri=f"runs:/{run_id}/model",
                await_registration_for=0,
            )
            """,
            unsafe=True,
        ),
        reported(
            "a source that nobody can tell",
            """
            from mlflow import MlflowClient
            MlflowClient().create_model_version(name, source, run_id)
            """,
            unsafe=True,
        ),
        reported(
            "a client that nobody sees",
            """
            import mlflow
            def version(client, run):
                client.create_model_version('m', f'{run.info.artifact_uri}/m', 1)
            """,
            unsafe=True,
        ),
        reported(
            "a description has no place in register_model",
            """
            from mlflow import MlflowClient
            MlflowClient().create_model_version("m", f"runs:/{i}/model", description="x")
            """,
            unsafe=True,
        ),
        reported(
            "a plain file, which register_model refuses",
            """
            import mlflow
            mlflow.log_artifact('model.pkl')
            mlflow.MlflowClient().create_model_version('m', f'runs:/{i}/model.pkl', i)
            """,
            unsafe=True,
        ),
        reported(
            "a file that the code computes, where nothing logs a model",
            """
            import mlflow
            from mlflow import MlflowClient


            def add(run_id, file):
                MlflowClient().create_model_version('m', f'runs:/{run_id}/{file}')
            """,
            unsafe=True,
        ),
        untouched(
            "a client of one's own, by its arguments",
            """
            import mlflow
            from mine import client
            version = client.create_model_version(model.name)
            """,
        ),
        untouched(
            "a source that is plainly in a bucket",
            """
            from mlflow import MlflowClient
            BUCKET = "models"
            def register(client: MlflowClient, key):
                client.create_model_version(name="vision", source=f"s3://{BUCKET}/{key}")
                client.create_model_version("vision", "s3://models/a.pt")
            """,
        ),
        untouched(
            "the URI of a logged model",
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            mlflow.MlflowClient().create_model_version("m", info.model_uri)
            """,
        ),
        untouched(
            "register_model",
            """
            import mlflow
            mlflow.register_model(f"runs:/{i}/model", "m")
            """,
        ),
        untouched(
            "a registry of one's own",
            """
            class Registry:
                def create_model_version(self, name, source): ...
            Registry().create_model_version('m', 's')
            """,
        ),
        untouched(
            "another service",
            """
            import boto3
            boto3.client('s').create_model_version('m', 'runs:/x/y')
            """,
        ),
    ),
)
