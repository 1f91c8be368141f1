"""MLF102: characters that MLflow 3 refuses in the name of a model."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names.nodes import is_none
from codemod.rewriting.edits import CallChange, NameArgument, Operation, RenameKeyword, Replace, SetValue
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import MODEL_LOG, name_from, takes_name
from codemod.rules.idioms.model_names import invalid_name, is_runs_uri, new_name
from codemod.rules.selectors import calls, literals
from codemod.settings import Project

_FETCHES = (
    "mlflow.artifacts.download_artifacts",
    "mlflow.artifacts.list_artifacts",
    "mlflow.MlflowClient.download_artifacts",
    "mlflow.MlflowClient.list_artifacts",
)


def _logged(call: BoundCall, context: Context) -> Iterator[Match]:
    if not takes_name(call.path, context.target.release):
        return
    argument = call.get("artifact_path", "name")
    values = argument.values if argument is not None else ()
    invalid = next((found for value in values if (found := invalid_name(value, context)) is not None), None)
    if argument is None or invalid is None:
        return
    message = f"MLflow 3 refuses this model name: {invalid.reason}"
    new = new_name(call, context)
    if new is None:
        yield Match(argument.value, f"{message}; give it a name without / : . % \" '", Safety.MANUAL)
        return
    if invalid.name is not None and dict(context.project.renamed).get(invalid.name) != new:
        message += f"; `{new}` would do, but another call keeps the name, and who reads which of them is not known"
        yield Match(argument.value, message, Safety.MANUAL)
        return
    changes = CallChange(call.node, _operations(call, argument, new, context))
    yield Match(argument.value, f"{message}; `{new}` would do", Safety.UNSAFE, (changes,))


def _logged_by_class(call: BoundCall, context: Context) -> Iterator[Match]:
    """Report a name that `Model.log` refuses; a flavor of one's own passes it on, and its readers stand elsewhere."""
    argument = call.get("artifact_path", "name")
    values = argument.values if argument is not None else ()
    invalid = next((found for value in values if (found := invalid_name(value, context)) is not None), None)
    if argument is not None and invalid is not None and not is_none(argument.value):
        message = f"MLflow 3 refuses this model name: {invalid.reason}; give it a name without / : . % \" '"
        yield Match(argument.value, message, Safety.MANUAL)


def _operations(call: BoundCall, argument: Argument, new: str, context: Context) -> tuple[Operation, ...]:
    place: int | str = argument.index if argument.index is not None else (argument.keyword or "")
    quote = "'" if context.source(argument.value).startswith("'") else '"'
    value = SetValue(place, f"{quote}{new}{quote}")
    if context.target.both or argument.parameter == "name":
        return (value,)
    if argument.index is None:
        return (RenameKeyword("artifact_path", "name"), value)
    named = name_from(call, argument.index, context.target.release)
    return (*(named if named is not None else [NameArgument(argument.index, "name")]), value)


def _read(node: ast.Constant | ast.JoinedStr, context: Context) -> Iterator[Match]:
    """Let a reader follow the name that a fix of this run changes, here or in another file."""
    if not is_runs_uri(node) or isinstance(context.names.scopes.parent(node), ast.JoinedStr):
        return
    path = _path_of(node, context)
    renamed = _renamed(path, context) if path is not None else None
    if path is None or renamed is None:
        return
    text = context.source(node)
    old, new = renamed
    place = text.rfind(f"/{path}") + 1
    changed = f"{text[:place]}{new}{text[place + len(old) :]}"
    message = f"the model `{old}` that this URI reads is called `{new}` after the migration"
    if place and text.count(path) == 1:
        yield Match(node, message, Safety.UNSAFE, (Replace(node, changed),))
    else:
        yield Match(node, message, Safety.MANUAL)


def _path_of(node: ast.Constant | ast.JoinedStr, context: Context) -> str | None:
    """Return what stands behind the run's id in ``runs:/<id>/<path>``; None when the code does not show it."""
    shown = "".join(part if isinstance(part, str) else "\0" for part in text_of(node, context.names).parts)
    path = shown.removeprefix("runs:/").partition("/")[2]
    return path if path and "\0" not in path else None


def _renamed(path: str, context: Context) -> tuple[str, str] | None:
    """Return the old and the new name of the model at a path, or around it, when this run gives it another name."""
    return next(((o, n) for o, n in context.project.renamed if path == o or path.startswith(f"{o}/")), None)


def _fetched(call: BoundCall, context: Context) -> Iterator[Match]:
    """Let a call that names the path below a run follow, such as ``download_artifacts(run_id=i, artifact_path="models/line")``."""
    argument = call.get("artifact_path", "path")
    path = text_of(argument.value, context.names).known if argument is not None else None
    renamed = _renamed(path, context) if path is not None else None
    if argument is None or path is None or renamed is None:
        return
    old, new = renamed
    message = f"the model `{old}` that this reads is called `{new}` after the migration"
    if not isinstance(argument.value, ast.Constant) or argument.keys:
        yield Match(call.node, message, Safety.MANUAL)
        return
    quote = context.source(argument.value)[-1]
    yield Match(call.node, message, Safety.UNSAFE, (Replace(argument.value, f"{quote}{new}{path[len(old) :]}{quote}"),))


_PROGRAM = """\
import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0]], [0.0, 2.0]
with mlflow.start_run() as run:
    model = LinearRegression().fit(X, y)
    mlflow.sklearn.log_model(model, artifact_path="models/line", serialization_format="cloudpickle")
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models/line").predict(X).tolist()
"""

RULE = Rule(
    code="MLF102",
    name="invalid-model-name",
    summary="MLflow 3 refuses model names that hold / : . % \" ' or are empty.",
    why="""\
In MLflow 2 the value was a path below the run's artifacts, so `models/forest` and `v1.2` were fine. In MLflow 3 it is the name of
a LoggedModel and must be a non-empty text without `/`, `:`, `.`, `%`, `"` and `'`; anything else ends in
`MlflowException: Invalid model name (...) provided` whether it comes as `artifact_path` or as `name` (since 3.0,
`_validate_logged_model_name` in `mlflow/utils/validation.py`). An `int` or a `Path` is a `TypeError`.

The fix replaces each run of refused characters by `-`, and the `runs:/…/<old name>` readers in all files of the run follow. It is
unsafe, because other jobs and people may read the model by its old path. The readers also follow `--name-from registered`.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(
        calls("log_model", "log_explainer", check=_logged),
        calls(MODEL_LOG, check=_logged_by_class),
        literals("runs:/", check=_read),
        calls(*_FETCHES, check=_fetched),
    ),
    examples=(
        fixed(
            "a path becomes a name, and the reader in the same file follows",
            """
            import mlflow

            with mlflow.start_run() as run:
                mlflow.sklearn.log_model(model, "models/forest", serialization_format="cloudpickle")
            loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models/forest")
            """,
            """
            import mlflow

            with mlflow.start_run() as run:
                mlflow.sklearn.log_model(model, name="models-forest", serialization_format="cloudpickle")
            loaded = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/models-forest")
            """,
            unsafe=True,
        ),
        program(
            "a path that MLflow 3 refuses",
            _PROGRAM,
            _PROGRAM.replace('artifact_path="models/line"', 'name="models-line"').replace(
                "/models/line", "/models-line"
            ),
            runs={"2 before": Run(), "3 before": Run(raises="MlflowException: Invalid model name"), "3 after": Run()},
            unsafe=True,
        ),
        fixed(
            "a leading ./ means nothing in a name",
            """
            import mlflow
            mlflow.xgboost.log_model(booster, artifact_path="./model")
            """,
            """
            import mlflow
            mlflow.xgboost.log_model(booster, name="model")
            """,
            unsafe=True,
        ),
        fixed(
            "`name=` of code that was renamed already",
            """
            import mlflow
            mlflow.xgboost.log_model(booster, name='v1.2')
            """,
            """
            import mlflow
            mlflow.xgboost.log_model(booster, name='v1-2')
            """,
            unsafe=True,
        ),
        fixed(
            "readers follow a model that takes its registered name",
            """
            import mlflow
            mlflow.onnx.log_model(m, name="fraud", registered_model_name="fraud")
            mlflow.onnx.load_model(f"runs:/{run_id}/model")
            """,
            """
            import mlflow
            mlflow.onnx.log_model(m, name="fraud", registered_model_name="fraud")
            mlflow.onnx.load_model(f"runs:/{run_id}/fraud")
            """,
            unsafe=True,
            project=Project(renamed=(("model", "fraud"),)),
        ),
        reported(
            "without --unsafe it is only named",
            """
            import mlflow
            mlflow.onnx.log_model(m, "a/b")
            """,
        ),
        reported(
            "a joined path",
            """
            import mlflow, os
            mlflow.onnx.log_model(m, os.path.join("models", name))
            """,
            unsafe=True,
        ),
        reported(
            "a path as a string",
            """
            import mlflow
            mlflow.onnx.log_model(m, str(folder / "model"))
            """,
            unsafe=True,
        ),
        reported(
            "a path of Windows", 'import mlflow\nmlflow.onnx.log_model(m, "C:\\\\models\\\\forest")\n', unsafe=True
        ),
        reported("a name of two lines", 'import mlflow\nmlflow.onnx.log_model(m, "a:\\nb")\n', unsafe=True),
        reported("half of a character", 'import mlflow\nmlflow.onnx.log_model(m, "a:\\ud800")\n', unsafe=True),
        reported(
            "an empty path",
            """
            import mlflow
            mlflow.onnx.log_model(m, "")
            """,
            unsafe=True,
        ),
        reported(
            "a refused character in the fixed text of an f-string",
            """
            import mlflow
            mlflow.onnx.log_model(m, f"models/{kind}")
            """,
            unsafe=True,
        ),
        reported(
            "a constant defined elsewhere may have other readers",
            """
            import mlflow
            PATH = "models/forest"
            mlflow.onnx.log_model(m, PATH)
            """,
            unsafe=True,
        ),
        reported(
            "a number",
            """
            import mlflow
            mlflow.onnx.log_model(m, artifact_path=1)
            """,
            unsafe=True,
        ),
        reported(
            "a path object",
            """
            from pathlib import Path
            import mlflow
            mlflow.onnx.log_model(m, Path('model'))
            """,
            unsafe=True,
        ),
        reported(
            "a flavor of one's own that names its models so",
            """
            import sys
            from mlflow.models import Model

            def log_model(table, **kwargs):
                return Model.log(artifact_path="models/table", flavor=sys.modules[__name__], table=table, **kwargs)
            """,
        ),
        reported(
            "by position",
            """
            import my_flavor
            from mlflow.models import Model
            Model.log("v1.2", my_flavor, table={})
            """,
        ),
        untouched(
            "Model.log with a valid name, or another class's",
            """
            import my_flavor
            from mlflow.models import Model
            from shop import Model as Product
            Model.log("table", my_flavor, table={})
            Model.log(None, my_flavor, name="table", table={})
            Product.log("a/b", my_flavor)
            """,
        ),
        untouched(
            "a valid name",
            """
            import mlflow
            mlflow.onnx.log_model(m, "model")
            """,
        ),
        untouched(
            "blanks, dashes and other letters are fine",
            """
            import mlflow
            mlflow.onnx.log_model(m, "modèle 1-a_b@c")
            """,
        ),
        reported(
            "a float in it",
            """
            import mlflow
            for alpha in (0.1, 0.5):
                mlflow.onnx.log_model(m, name=f"ridge_{alpha}")
            """,
        ),
        reported(
            "a time in it",
            """
            from datetime import datetime
            import mlflow
            mlflow.onnx.log_model(m, name="net_" + datetime.now().strftime("%H:%M"))
            """,
        ),
        reported(
            "a joined path behind a variable",
            """
            import mlflow, os
            path = os.path.join("models", kind)
            mlflow.onnx.log_model(m, name=path)
            """,
        ),
        untouched(
            "whole numbers, days and the name of a class in it",
            """
            from datetime import datetime
            import mlflow
            for depth in (2, 3):
                mlflow.onnx.log_model(m, name=f"tree_{depth}")
            mlflow.onnx.log_model(m, name=f"{datetime.now():%Y-%m-%d}")
            mlflow.onnx.log_model(m, name=type(m).__name__ + datetime.now().strftime("%Y%m%d_%H%M%S"))
            """,
        ),
        untouched(
            "nobody can tell before it runs",
            """
            import mlflow
            mlflow.onnx.log_model(m, path)
            """,
        ),
        untouched(
            "a run artifact may have any path",
            """
            import mlflow
            mlflow.log_artifact("x.png", "plots/x.y")
            """,
        ),
        untouched(
            "Spark models stay run artifacts",
            """
            import mlflow
            mlflow.spark.log_model(m, "models/spark")
            """,
        ),
        untouched(
            "readers of other names",
            """
            import mlflow
            mlflow.onnx.load_model(f"runs:/{run_id}/model")
            """,
        ),
        untouched(
            "not MLflow",
            """
            import wandb
            wandb.run.log_model("a/b.pt", name="v1.2")
            """,
        ),
    ),
)
