"""MLF109: a second model of one name in a run does not replace the first."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.runs import START_RUN, run_around
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names.flow import excludes
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.arguments import takes_name
from codemod.rules.selectors import calls

_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    node, name = call.node, _named(call, context)
    run = run_around(node, context) if name is not None else None
    if name is None or run is None:
        return
    why = "MLflow 2 replaced the first; MLflow 3 keeps both, and `runs:/` gives the last"
    for ancestor in context.names.scopes.ancestors(node):
        if ancestor is run:
            break
        if isinstance(ancestor, _LOOPS):
            yield Match(node, f"every round of this loop logs a model `{name}` into one run: {why}", Safety.MANUAL)
            return
    scopes = context.names.scopes
    for other in scopes.nodes():
        if other is node:
            return
        if isinstance(other, ast.Call) and _logged(other, context) == name and run_around(other, context) is run:
            if _changes_run(other, node, context):
                continue
            if not excludes(scopes, scopes.statement(other), node) and not _is_fallback(other, node, context):
                yield Match(
                    node, f"the model `{name}` was logged in line {other.lineno} of the same run: {why}", Safety.MANUAL
                )
                return


def _is_fallback(other: ast.Call, node: ast.Call, context: Context) -> bool:
    """Whether the call is made because the other one failed."""
    scopes = context.names.scopes
    for ancestor in scopes.ancestors(node):
        attempt = scopes.parent(ancestor) if isinstance(ancestor, ast.ExceptHandler) else None
        if isinstance(attempt, ast.Try) and any(other in ast.walk(statement) for statement in attempt.body):
            return True
    return False


def _logged(node: ast.Call, context: Context) -> str | None:
    call = context.call(node)
    return _named(call, context) if call is not None else None


def _named(call: BoundCall, context: Context) -> str | None:
    if call.makes_partial or not takes_name(call.path, context.target.release):
        return None
    argument = call.get("artifact_path", "name")
    return text_of(argument.value, context.names).known if argument is not None else None


def _changes_run(first: ast.AST, last: ast.AST, context: Context) -> bool:
    """Whether the active run may be another one at the second of two places."""
    order = context.names.scopes.order
    for node in context.names.scopes.nodes():
        if isinstance(node, ast.Call) and order(first) < order(node) < order(last):
            call = context.call(node)
            if call is not None and call.path in (START_RUN, "mlflow.end_run"):
                return not isinstance(context.names.scopes.parent(node), ast.withitem) or call.path != START_RUN
    return False


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X = [[0.0], [1.0]]
with mlflow.start_run() as run:
    for slope in (1.0, 2.0):
        model = LinearRegression().fit(X, [0.0, slope])
        mlflow.sklearn.log_model(model, artifact_path="line", serialization_format="cloudpickle")
last = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/line")
result = last.predict(X).round(6).tolist()
"""

_BY_HAND = """\
import mlflow
from sklearn.linear_model import LinearRegression

X = [[0.0], [1.0]]
with mlflow.start_run() as run:
    for slope in (1.0, 2.0):
        model = LinearRegression().fit(X, [0.0, slope])
        info = mlflow.sklearn.log_model(model, name=f"line-{slope:.0f}", serialization_format="cloudpickle")
last = mlflow.pyfunc.load_model(info.model_uri)
result = last.predict(X).round(6).tolist()
"""

RULE = Rule(
    code="MLF109",
    name="duplicate-model-name",
    summary="A second model of one name in a run does not replace the first.",
    why="""\
In MLflow 2 the second `log_model` with one path wrote over the files of the first. In MLflow 3.0 every call makes a LoggedModel of its own:
both stay and take room, `runs:/<run id>/<name>` gives the last of them, and searches find two (`Model.log` in
`mlflow/models/model.py`). Give each its own name, or log after the loop; `step=` tells checkpoints apart.""",
    safety=Safety.MANUAL,
    severity=Severity.CHANGES,
    on=(calls("log_model", "log_explainer", check=_check),),
    examples=(
        program(
            "the last model of a loop",
            _PROGRAM,
            runs={"2 before": Run(), "3 before": Run(), "3 by hand": Run()},
            by_hand=_BY_HAND,
        ),
        reported(
            "in a loop inside one run",
            """
            import mlflow
            with mlflow.start_run():
                for m in models:
                    mlflow.onnx.log_model(m, "m")
            """,
        ),
        reported(
            "twice in one run",
            """
            import mlflow
            with mlflow.start_run():
                mlflow.onnx.log_model(a, "m")
                mlflow.onnx.log_model(b, "m")
            """,
        ),
        untouched(
            "a run for each",
            """
            import mlflow
            for m in models:
                with mlflow.start_run():
                    mlflow.onnx.log_model(m, "m")
            """,
        ),
        untouched(
            "names that differ",
            """
            import mlflow
            with mlflow.start_run():
                for i in r:
                    mlflow.onnx.log_model(m, f"m{i}")
            """,
        ),
        untouched(
            "one of two branches",
            """
            import mlflow
            with mlflow.start_run():
                if x:
                    mlflow.onnx.log_model(a, "m")
                else:
                    mlflow.onnx.log_model(b, "m")
            """,
        ),
        untouched(
            "nested runs",
            """
            import mlflow
            with mlflow.start_run():
                mlflow.onnx.log_model(a, "m")
                with mlflow.start_run(nested=True):
                    mlflow.onnx.log_model(b, "m")
            """,
        ),
        untouched(
            "a second attempt",
            """
            import mlflow
            with mlflow.start_run():
                try:
                    mlflow.onnx.log_model(a, "m", registered_model_name="r")
                except Exception:
                    mlflow.onnx.log_model(a, "m")
            """,
        ),
        untouched(
            "a nested run that no `with` shows",
            """
            import mlflow
            with mlflow.start_run():
                mlflow.onnx.log_model(a, "m")
                mlflow.start_run(nested=True)
                mlflow.onnx.log_model(b, "m")
                mlflow.end_run()
            """,
        ),
        untouched(
            "a run that nobody sees",
            """
            import mlflow
            for m in models:
                mlflow.onnx.log_model(m, "m")
            """,
        ),
    ),
)
