"""MLF109: a second model of one name in a run does not replace the first."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.entered import holds_run_around
from codemod.analysis.once import once
from codemod.analysis.runs import START_RUN, run_around
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names import Foreign, Instance, Mlflow
from codemod.names.flow import excludes
from codemod.rules.base import Match, Rule, Run, program, reported, untouched
from codemod.rules.idioms.arguments import takes_name
from codemod.rules.selectors import calls

_FUNCTIONS = ("log_model", "log_explainer")
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
            if _starts_runs(ancestor, node, context) or holds_run_around(node, context, ancestor):
                break
            yield Match(node, f"every round of this loop logs a model `{name}` into one run: {why}", Safety.MANUAL)
            return
    scopes = context.names.scopes
    for other in _models(context)[run, name]:
        if other is node:
            return
        if _changes_run(other, node, context) or _is_in_other_run(other, node, run, context):
            continue
        if not excludes(scopes, scopes.statement(other), node) and not _is_fallback(other, node, context):
            yield Match(
                node, f"the model `{name}` was logged in line {other.lineno} of the same run: {why}", Safety.MANUAL
            )
            return


def _starts_runs(loop: ast.AST, node: ast.Call, context: Context) -> bool:
    """Return whether every round of a loop may have a run of its own, which a call starts in the same function."""
    scopes = context.names.scopes
    calls = (call.node for call in context.facts.called(START_RUN) if scopes.scope(call.node) is scopes.scope(node))
    return any(loop in scopes.ancestors(call) for call in calls)


@once
def _models(context: Context) -> Mapping[tuple[ast.AST, str], Sequence[ast.Call]]:
    """Return the calls that log a model into a run of a ``with``, by that run and the model's name."""
    found: defaultdict[tuple[ast.AST, str], list[ast.Call]] = defaultdict(list)
    for call in context.facts.named(*_FUNCTIONS):
        name = _named(call, context)
        run = run_around(call.node, context) if name is not None else None
        if name is not None and run is not None:
            found[run, name].append(call.node)
    return found


def _is_fallback(other: ast.Call, node: ast.Call, context: Context) -> bool:
    """Return whether the call is made because the other one failed."""
    scopes = context.names.scopes
    for ancestor in scopes.ancestors(node):
        attempt = scopes.parent(ancestor) if isinstance(ancestor, ast.ExceptHandler) else None
        if isinstance(attempt, ast.Try) and any(other in ast.walk(statement) for statement in attempt.body):
            return True
    return False


def _named(call: BoundCall, context: Context) -> str | None:
    if call.makes_partial or not takes_name(call.path, context.target.release):
        return None
    argument = call.get("artifact_path", "name")
    return text_of(argument.value, context.names).known if argument is not None else None


def _changes_run(first: ast.AST, last: ast.AST, context: Context) -> bool:
    """Return whether the active run may be another one at the second of two places."""
    order = context.names.scopes.order
    calls = context.facts.called(START_RUN, "mlflow.end_run")
    change = next((call for call in calls if order(first) < order(call.node) < order(last)), None)
    if change is None:
        return False
    return not isinstance(context.names.scopes.parent(change.node), ast.withitem) or change.path != START_RUN


def _is_in_other_run(first: ast.AST, last: ast.AST, run: ast.AST, context: Context) -> bool:
    """Return whether a context manager of the project, which may start a run of its own, is entered around the second call only."""
    if not context.project.opens_runs:
        return False
    scopes = context.names.scopes
    around = set(scopes.ancestors(first))
    for ancestor in scopes.ancestors(last):
        if ancestor is run:
            return False
        if isinstance(ancestor, (ast.With, ast.AsyncWith)) and ancestor not in around:
            made = (item.context_expr for item in ancestor.items)
            entered = (context.resolve(each.func if isinstance(each, ast.Call) else each) for each in made)
            if any(not isinstance(each, (Foreign, Instance, Mlflow)) for each in entered):
                return True
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
    on=(calls(*_FUNCTIONS, check=_check),),
    examples=(
        untouched(
            "a run that a context manager of one's own starts",
            """
            import contextlib

            import mlflow


            @contextlib.contextmanager
            def child(name):
                with mlflow.start_run(run_name=name, nested=True):
                    yield


            with mlflow.start_run():
                mlflow.onnx.log_model(model, name="model")
                with child("a"):
                    mlflow.onnx.log_model(model, name="model")
            """,
        ),
        untouched(
            "a run for each round, of a generator or a context manager of one's own",
            """
            import contextlib

            import mlflow


            @contextlib.contextmanager
            def child(name):
                with mlflow.start_run(run_name=name, nested=True):
                    yield


            def folds():
                for index in range(3):
                    with mlflow.start_run(nested=True):
                        yield index


            with mlflow.start_run():
                for name in names:
                    with child(name):
                        mlflow.onnx.log_model(model, name="model")
                for index in folds():
                    mlflow.onnx.log_model(model, name="fold")
            """,
        ),
        reported(
            "a loop over what a generator gives after its run has ended",
            """
            import mlflow


            def seeds():
                with mlflow.start_run(nested=True):
                    mlflow.log_param("count", 2)
                yield from (1, 2)


            with mlflow.start_run():
                for seed in seeds():
                    mlflow.onnx.log_model(fit(seed), name="model")
            """,
        ),
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
            "a nested run for each, which a call starts",
            """
            import mlflow
            with mlflow.start_run():
                for m in models:
                    mlflow.start_run(nested=True)
                    mlflow.onnx.log_model(m, "m")
                    mlflow.end_run()
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
