"""MLF205: what changes a model's own files takes no ``runs:/`` URI any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.analysis.runs import is_run_of
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names import Instance
from codemod.names.nodes import assigned_name
from codemod.rewriting.edits import Replace
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.selectors import calls

_FUNCTIONS = ("mlflow.models.set_signature", "mlflow.models.update_model_requirements")
_MODEL_INFO = Instance("mlflow.models.model.ModelInfo")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    argument = call.get("model_uri")
    if argument is None or not text_of(argument.value, context.names).fixed.startswith("runs:/"):
        return
    name = call.path.rpartition(".")[2]
    message = f"`{name}` of MLflow 3 does not find a model by `runs:/`"
    info = _info(call.node, argument.value, context)
    if info is None:
        yield Match(call.node, f"{message}; give it the `model_uri` that `log_model` returned", Safety.MANUAL)
    else:
        yield Match(
            call.node,
            f"{message}; `{info}.model_uri` is known",
            Safety.SAFE,
            (Replace(argument.value, f"{info}.model_uri"),),
        )


def _info(node: ast.Call, uri: ast.expr, context: Context) -> str | None:
    """Return the variable that holds what ``log_model`` returned for the run and the path in the URI."""
    parts = _parts(uri, context)
    if parts is None:
        return None
    identifier, path = parts
    names = context.names
    for other, target, call in _logged(context).get(path, ()):
        if names.is_only(target.id, other, node) and is_run_of(identifier, call, target, context):
            return target.id
    return None


@once
def _logged(context: Context) -> dict[str, list[tuple[ast.stmt, ast.Name, BoundCall]]]:
    """Return the assignments of what ``log_model`` returned to a variable that is assigned nothing else, by the path of the model."""
    found: dict[str, list[tuple[ast.stmt, ast.Name, BoundCall]]] = {}
    for statement in context.names.scopes.assignments:
        target = assigned_name(statement)
        if target is None or not isinstance(statement.value, ast.Call):
            continue
        call = context.call(statement.value)
        if call is None or context.resolve(statement.value) != _MODEL_INFO:
            continue
        name = call.get("artifact_path", "name")
        path = text_of(name.value, context.names).known if name is not None else None
        if path is not None and context.names.is_sole(target):
            found.setdefault(path, []).append((statement, target, call))
    return found


def _parts(uri: ast.expr, context: Context) -> tuple[ast.expr, str] | None:
    """Return the run's id and the path of ``f"runs:/{run_id}/path"``; None when the code does not show both."""
    if isinstance(uri, ast.Name):
        source = context.names.sole_value(uri)
        return _parts(source, context) if source is not None and not isinstance(source, ast.Name) else None
    if isinstance(uri, ast.JoinedStr) and len(uri.values) >= 3 and isinstance(uri.values[1], ast.FormattedValue):
        first, path = uri.values[0], text_of(ast.JoinedStr(uri.values[2:]), context.names).known
        if isinstance(first, ast.Constant) and first.value == "runs:/" and path is not None and path.startswith("/"):
            return uri.values[1].value, path[1:]
    if isinstance(uri, ast.BinOp) and isinstance(uri.op, ast.Add) and isinstance(uri.left, ast.BinOp):
        path = text_of(uri.right, context.names).known
        first = uri.left.left
        if isinstance(first, ast.Constant) and first.value == "runs:/" and path is not None and path.startswith("/"):
            return uri.left.right, path[1:]
    return None


_PROGRAM = """\
import mlflow
from mlflow.models import infer_signature, set_signature
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0]], [0.0, 1.0]
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(LinearRegression().fit(X, y), artifact_path="model", serialization_format="cloudpickle")
set_signature(f"runs:/{run.info.run_id}/model", infer_signature(X, y))
result = mlflow.models.get_model_info(info.model_uri).signature is not None
"""

RULE = Rule(
    code="MLF205",
    name="runs-uri-metadata",
    summary="`set_signature` and `update_model_requirements` take no `runs:/` URI.",
    why="""\
`mlflow.models.set_signature` and `update_model_requirements` write into the model's own files. MLflow 3 looks for them among the run's
artifacts when they are given `runs:/…`, and fail: `MlflowException: Failed to download an "MLmodel" model file` (`set_signature` in
`mlflow/models/signature.py`, `update_model_requirements` in `mlflow/models/model.py`). The `model_uri` that `log_model` returned works on 2
and 3.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(calls(*_FUNCTIONS, check=_check),),
    examples=(
        program(
            "the model that was logged above",
            _PROGRAM,
            _PROGRAM.replace('set_signature(f"runs:/{run.info.run_id}/model"', "set_signature(info.model_uri"),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: MLmodel"),
                "3 after": Run(),
            },
        ),
        fixed(
            "requirements, by the run of the model's info",
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            mlflow.models.update_model_requirements(f"runs:/{info.run_id}/m", "add", ["x"])
            """,
            """
            import mlflow
            info = mlflow.onnx.log_model(m, name="m")
            mlflow.models.update_model_requirements(info.model_uri, "add", ["x"])
            """,
        ),
        fixed(
            "the run's id in a variable of its own",
            """
            import mlflow
            with mlflow.start_run() as run:
                info = mlflow.onnx.log_model(m, name="m")
            run_id = run.info.run_id
            mlflow.models.set_signature("runs:/" + run_id + "/m", s)
            """,
            """
            import mlflow
            with mlflow.start_run() as run:
                info = mlflow.onnx.log_model(m, name="m")
            run_id = run.info.run_id
            mlflow.models.set_signature(info.model_uri, s)
            """,
        ),
        reported(
            "a run that is taken up again, with another model of that name",
            """
            import mlflow
            from mlflow.models import set_signature

            with mlflow.start_run() as run:
                info = mlflow.onnx.log_model(model, name="model")
            with mlflow.start_run(run_id=run.info.run_id):
                mlflow.onnx.log_model(other, name="model")
            set_signature(f"runs:/{info.run_id}/model", signature)
            """,
        ),
        reported(
            "a run of which nobody knows whether it is the same",
            """
            import mlflow
            with mlflow.start_run():
                info = mlflow.onnx.log_model(m, name="m")
            mlflow.models.set_signature(f"runs:/{best_run_id}/m", s)
            """,
        ),
        reported(
            "the run that a function gives",
            """
            import mlflow

            def train():
                with mlflow.start_run() as run:
                    info = mlflow.onnx.log_model(m, name="m")
                return run.info.run_id

            old = train()
            with mlflow.start_run():
                info = mlflow.onnx.log_model(n, name="m")
            mlflow.models.set_signature(f"runs:/{old}/m", s)
            """,
        ),
        reported(
            "a round of a loop that logs no model",
            """
            import mlflow
            for m in models:
                with mlflow.start_run() as run:
                    if m:
                        info = mlflow.onnx.log_model(m, name="m")
                mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "another run is active when the model is logged",
            """
            import mlflow
            with mlflow.start_run() as run:
                mlflow.start_run(nested=True)
                info = mlflow.onnx.log_model(m, name="m")
                mlflow.end_run()
            mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "the run of one call, and what another call of the same function logged",
            """
            import mlflow

            def train(m):
                global info
                with mlflow.start_run() as run:
                    info = mlflow.onnx.log_model(m, name="m")
                return run

            run = train(a)
            train(b)
            mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "a variable of the same name in a comprehension",
            """
            import mlflow
            with mlflow.start_run() as run:
                info = mlflow.onnx.log_model(m, name="m")
            [mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s) for run in runs]
            """,
        ),
        reported(
            "a round of a loop that ends before it logs",
            """
            import mlflow
            while True:
                with mlflow.start_run() as run:
                    if is_done():
                        break
                    info = mlflow.onnx.log_model(m, name="m")
            mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "an error that is passed over before the model is logged",
            """
            import contextlib
            import mlflow
            for m in models:
                with contextlib.suppress(ValueError), mlflow.start_run() as run:
                    check(m)
                    info = mlflow.onnx.log_model(m, name="m")
                mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "a second model of that name in the run",
            """
            import mlflow
            with mlflow.start_run() as run:
                info = mlflow.onnx.log_model(m, name="m")
                mlflow.onnx.log_model(n, name="m")
            mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "a run that is given to log_model",
            """
            import mlflow
            with mlflow.start_run() as run:
                info = mlflow.pyfunc.log_model(name="m", python_model=p, run_id=old)
            mlflow.models.set_signature(f"runs:/{run.info.run_id}/m", s)
            """,
        ),
        reported(
            "a model of another file",
            """
            from mlflow.models import set_signature
            set_signature(f"runs:/{i}/m", s)
            """,
        ),
        reported(
            "two models of that name",
            """
            import mlflow
            a = mlflow.onnx.log_model(m, name="m")
            b = mlflow.onnx.log_model(n, name="m")
            mlflow.models.set_signature(f"runs:/{i}/m", s)
            """,
        ),
        untouched(
            "the model's URI",
            """
            import mlflow
            mlflow.models.set_signature(info.model_uri, s)
            """,
        ),
        untouched(
            "a version",
            """
            import mlflow
            mlflow.models.set_signature("models:/m/1", s)
            """,
        ),
        untouched(
            "reading metadata",
            """
            import mlflow
            mlflow.models.get_model_info(f"runs:/{i}/m")
            """,
        ),
        untouched(
            "a function of one's own",
            """
            def set_signature(u, s): ...
            set_signature("runs:/1/m", 2)
            """,
        ),
    ),
)
