"""MLF208: an artifact that is not there is an `MlflowException`, also in a folder of this machine."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.selectors import calls

_BY_RUN = "mlflow.artifacts.download_artifacts"
_BY_CLIENT = "mlflow.MlflowClient.download_artifacts"
_OS_ERRORS = ("OSError", "IOError", "EnvironmentError", "FileNotFoundError")
_ALL = ("Exception", "BaseException")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if call.path == _BY_RUN and call.get("run_id") is None:
        return  # a URI of a run was an MlflowException on 2 as well
    handler = _os_error(call.node, context)
    if handler is not None:
        yield Match(
            handler,
            "MLflow 3 says by an `MlflowException` that a run has no such artifact, not by an `OSError`; catch "
            "`(OSError, mlflow.exceptions.MlflowException)`, which does for both",
            Safety.MANUAL,
        )


def _os_error(node: ast.AST, context: Context) -> ast.expr | None:
    """Return what the nearest `try` around a call catches, if that is an error of the system and nothing that MLflow raises."""
    inner, outer = node, context.names.scopes.parent(node)
    while outer is not None and not isinstance(outer, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)):
        if isinstance(outer, ast.Try) and inner in outer.body:
            caught = [handler.type for handler in outer.handlers]
            if any(kind is None or _catches_mlflow(kind, context) for kind in caught):
                return None
            found = next((kind for kind in caught if kind is not None and _names(kind) & set(_OS_ERRORS)), None)
            if found is not None:
                return found
        inner, outer = outer, context.names.scopes.parent(outer)
    return None


def _kinds(node: ast.expr) -> list[ast.expr]:
    return node.elts if isinstance(node, ast.Tuple) else [node]


def _names(node: ast.expr) -> set[str]:
    return {kind.id for kind in _kinds(node) if isinstance(kind, ast.Name)}


def _catches_mlflow(node: ast.expr, context: Context) -> bool:
    """Return whether an `MlflowException` is caught, or nobody can tell."""
    for kind in _kinds(node):
        if isinstance(context.resolve(kind), Mlflow) or function_name(kind) in (*_ALL, "MlflowException"):
            return True
        if not isinstance(kind, (ast.Name, ast.Attribute)):
            return True
    return False


_PROGRAM = """\
import mlflow

with mlflow.start_run() as run:
    pass
try:
    path = mlflow.MlflowClient().download_artifacts(run.info.run_id, "report.html")
except OSError:
    path = None
result = path
"""

RULE = Rule(
    code="MLF208",
    name="missing-artifact-error",
    summary="An artifact that is not there is an `MlflowException`; on MLflow 2 it was an `OSError` in a local store.",
    why="""\
For a run whose artifacts are in a folder of this machine, `MlflowClient.download_artifacts` and `mlflow.artifacts.download_artifacts(run_id=...)`
of MLflow 2 raised `OSError: No such file or directory` when the path was not there (`mlflow/store/artifact/local_artifact_repo.py`, 2.22).
MLflow 3.0 goes by the URI of the run, whose models it looks at as well, and raises `MlflowException: Failed to download artifacts from path`
(`mlflow/store/artifact/runs_artifact_repo.py`). `except OSError` does not catch that.

`except (OSError, mlflow.exceptions.MlflowException)` does for both lines.""",
    safety=Safety.MANUAL,
    severity=Severity.BREAKS,
    on=(calls(_BY_RUN, _BY_CLIENT, check=_check, needs=(set(_OS_ERRORS),)),),
    examples=(
        program(
            "a file that need not be there",
            _PROGRAM,
            by_hand=_PROGRAM.replace("except OSError:", "except (OSError, mlflow.exceptions.MlflowException):"),
            runs={
                "2 before": Run(),
                "2 by hand": Run(),
                "3 before": Run(raises="MlflowException: Failed to download artifacts"),
                "3 by hand": Run(),
            },
        ),
        reported(
            "one of several errors",
            """
            import mlflow
            try:
                if wanted:
                    mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="report.html")
            except (FileNotFoundError, ValueError):
                print("none")
            """,
        ),
        untouched(
            "everything is caught",
            """
            import mlflow
            try:
                mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="report.html")
            except OSError:
                print("none")
            except Exception:
                print("else")
            """,
        ),
        untouched(
            "MLflow's error is caught",
            """
            import mlflow
            from mlflow.exceptions import MlflowException
            try:
                mlflow.MlflowClient().download_artifacts(run_id, "report.html")
            except (MlflowException, OSError):
                print("none")
            """,
        ),
        untouched(
            "a URI of a run, which was MLflow's error before",
            """
            import mlflow
            try:
                mlflow.artifacts.download_artifacts(f"runs:/{run_id}/report.html")
            except OSError:
                print("none")
            """,
        ),
        untouched(
            "another error",
            """
            import mlflow
            try:
                mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="report.html")
            except KeyError:
                print("none")
            """,
        ),
        untouched(
            "the call stands in the handler",
            """
            import mlflow
            try:
                text = open("report.html").read()
            except OSError:
                mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="report.html")
            """,
        ),
        untouched(
            "a function that is only made there",
            """
            import mlflow
            try:
                def fetch():
                    return mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="report.html")
            except OSError:
                print("none")
            """,
        ),
    ),
)
