"""MLF509: a tracking server that somebody else runs decides which client it answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.texts import text_of
from codemod.dependencies import hosted
from codemod.dependencies.hosted import AZURE_MESSAGE, hosted_message
from codemod.findings import Safety, Severity
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule, reported, reported_file, untouched, untouched_file
from codemod.rules.idioms import magic_lines
from codemod.rules.selectors import LIBRARY, LineStatement, StringNode, attributes, calls_named, literals, masked_lines

# What the clients of Azure ML give as the address of a workspace's server: `azure.ai.ml` and `azureml.core`.
_ATTRIBUTE, _METHOD = "mlflow_tracking_uri", "get_mlflow_tracking_uri"


def _check(node: StringNode | ast.Attribute | ast.Call, context: Context) -> Iterator[Match]:
    if isinstance(node, ast.expr) and node in _places(context):
        yield Match(node, _said(node, context), Safety.MANUAL)


@once
def _places(context: Context) -> frozenset[ast.AST]:
    """Return the first place that names each such server."""
    scopes = context.names.scopes
    if not context.facts.names_mlflow:
        return frozenset()
    kinds = (ast.Constant, ast.JoinedStr, ast.Attribute, ast.Call)
    found = sorted((node for kind in kinds for node in scopes.of(kind) if _said(node, context)), key=scopes.order)
    first: dict[str, ast.AST] = {}
    for node in found:
        is_text = isinstance(node, (ast.Constant, ast.JoinedStr))
        first.setdefault(text_of(node, context.names).filled("*") if is_text else "", node)
    return frozenset(first.values())


def _said(node: ast.AST, context: Context) -> str:
    """Return what is to be said of a place; "" where it names no such server."""
    if isinstance(node, ast.Attribute):
        return AZURE_MESSAGE if node.attr == _ATTRIBUTE and _is_azure(node, context) else ""
    if isinstance(node, ast.Call):
        return AZURE_MESSAGE if function_name(node.func) == _METHOD and _is_azure(node, context) else ""
    parent = context.names.scopes.parent(node)
    if isinstance(parent, (ast.Expr, ast.JoinedStr, ast.FormattedValue)) or not isinstance(node, ast.expr):
        return ""
    written = text_of(node, context.names).filled("*") if isinstance(node, (ast.Constant, ast.JoinedStr)) else ""
    return hosted_message(written, as_uri=_is_uri(parent))


def _is_azure(node: ast.AST, context: Context) -> bool:
    if not context.facts.imports("azure", "azureml"):
        return False
    return not isinstance(node, ast.Attribute) or isinstance(node.ctx, ast.Load)


def _is_uri(parent: ast.AST | None) -> bool:
    """Return whether a string is given to what sets a tracking store."""
    if isinstance(parent, ast.keyword):
        return parent.arg == "tracking_uri"
    return isinstance(parent, ast.Call) and function_name(parent.func) == "set_tracking_uri"


_SETS = """
import mlflow
mlflow.set_tracking_uri("{}")
mlflow.set_experiment("a")
"""
_AZURE = "azureml://westeurope.api.azureml.ms/mlflow/v1.0/subscriptions/a/resourceGroups/b"
_ARN = "arn:aws:sagemaker:us-east-1:123456789012:mlflow-tracking-server/team"


def _check_line(node: LineStatement, context: Context) -> Iterator[Match]:
    return magic_lines.matches_of_line(node, context, lambda text, *_: hosted.find(text), "MLF509")


RULE = Rule(
    code="MLF509",
    name="hosted-server",
    summary="Azure ML and SageMaker run the tracking server themselves: it decides which client it answers.",
    why="""\
A client of MLflow 3 asks the server for more than one of MLflow 2 did: `log_model` makes a logged model by
`POST /api/2.0/mlflow/logged-models` first (`mlflow/store/tracking/rest_store.py`), and a server that does not have it answers 404.
Whoever runs the server can raise it before the clients. The server of an Azure ML workspace (`azureml://...`) is Azure's, and is not
raised by anybody else; its plugin must go with MLflow, too: `azureml-mlflow` 1.60 cannot be called by MLflow 3, and 1.62.0.post6
requires `mlflow-skinny<=3.15.0` (both wheels' own metadata and `azureml/mlflow/entry_point_loaders.py`). A tracking server of
SageMaker (`arn:aws:sagemaker:...`) has the release of MLflow that it was made with.

So the code may be ready for MLflow 3 while its server is not. The first place of a file that names such a server is reported, once for each server.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(
        literals("azureml://", ":sagemaker:", check=_check, needs=(LIBRARY,)),
        attributes(_ATTRIBUTE, check=_check, needs=({"azure"},)),
        calls_named(_METHOD, check=_check, needs=({"azure"},)),
        masked_lines(check=_check_line, needs=(LIBRARY, {"azureml:", ":sagemaker:"})),
    ),
    examples=(
        reported("a line of a notebook", f"# Databricks notebook source\n# MAGIC %env MLFLOW_TRACKING_URI={_AZURE}\n"),
        reported("a workspace of Azure ML", _SETS.format(_AZURE)),
        reported("a server of SageMaker, said once", _SETS.format(_ARN) + f'client = mlflow.MlflowClient(tracking_uri="{_ARN}")\n'),
        reported("two workspaces, of which each is said", _SETS.format(_AZURE) + f'mlflow.set_tracking_uri("{_AZURE}2")\n'),
        untouched("a server of no account", _SETS.format(_ARN.replace("123456789012", "0" * 12))),
        reported(
            "an address with values",
            """
            import mlflow
            mlflow.set_tracking_uri(f"arn:aws:sagemaker:{region}:{account}:mlflow-tracking-server/{name}")
            """,
        ),
        reported(
            "the workspace tells its address",
            """
            import mlflow
            from azure.ai.ml import MLClient
            client = MLClient.from_config(credential)
            mlflow.set_tracking_uri(client.workspaces.get(client.workspace_name).mlflow_tracking_uri)
            """,
        ),
        reported(
            "the workspace of the older client",
            """
            import mlflow
            from azureml.core import Workspace
            mlflow.set_tracking_uri(Workspace.from_config().get_mlflow_tracking_uri())
            """,
        ),
        reported_file("in the environment", ".env", f"MLFLOW_TRACKING_URI={_AZURE}\n"),
        reported_file(
            "in the environment of a container",
            "deployment.yaml",
            f"env:\n  - name: MLFLOW_TRACKING_URI\n    value: {_ARN}\n",
        ),
        reported_file(
            "in two environments", "compose.yaml", f"a:\n  MLFLOW_TRACKING_URI: {_AZURE}\nb:\n  MLFLOW_TRACKING_URI: {_ARN}\n"
        ),
        untouched("a server of one's own", _SETS.format("http://mlflow:5000")),
        untouched("a datastore of Azure ML", _SETS.format("http://mlflow:5000") + 'data = "azureml://datastores/a/paths/b"\n'),
        untouched("another thing of SageMaker", _SETS.format("http://a") + 'role = "arn:aws:sagemaker:us-east-1:1:model/mlflow"\n'),
        untouched(
            "an attribute of that name elsewhere",
            """
            import mlflow
            mlflow.set_tracking_uri(settings.mlflow_tracking_uri)
            """,
        ),
        untouched(
            "prose",
            f'''
            """Runs go to {_ARN}, or to {_AZURE}."""
            import mlflow
            ''',
        ),
        untouched("no code of MLflow", f'ADDRESS = "{_ARN.replace("mlflow-tracking-server", "endpoint")}"\n'),
        untouched_file("who may use a server", "main.tf", f'resource = "{_ARN}"\n# MLFLOW_TRACKING_URI\n'),
        untouched_file("a server of one's own, in the environment", ".env", "MLFLOW_TRACKING_URI=http://a:5000\n"),
        untouched_file("in a comment", ".env", f"# MLFLOW_TRACKING_URI={_AZURE}\n"),
    ),
)  # fmt: skip
