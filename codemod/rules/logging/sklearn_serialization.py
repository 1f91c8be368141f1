"""MLF103: scikit-learn models were pickled; MLflow 3 writes skops, which refuses many of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.findings import Safety, Severity
from codemod.names import Foreign, Mlflow, Unknown
from codemod.names.nodes import dotted_text
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.arguments import MODEL_LOG, shown
from codemod.rules.idioms.estimators import skops_trusts
from codemod.rules.idioms.log_model_references import given_mlflow, use_of_reference
from codemod.rules.idioms.serialization import Format, also, check_format
from codemod.rules.logging.sklearn_bound_examples import EXAMPLES as BOUND
from codemod.rules.logging.sklearn_out_of_sight_examples import EXAMPLES as OUT_OF_SIGHT
from codemod.rules.selectors import LIBRARY, attributes, calls, calls_named
from codemod.settings import Project

_FORMAT = Format(
    flavor="mlflow.sklearn",
    keeps="cloudpickle",
    default_since="3.14",
    parameter_since_2=True,
    message=("since 3.14 MLflow writes scikit-learn models as skops, which refuses many of them"),
    fix=(
        "the fix keeps the format of MLflow 2, cloudpickle (`--sklearn-format skops` takes the new one, whose files cannot run code)"
    ),
    new_file="model.skops",
    setting="sklearn_format",
)

# The flavors that write other formats than in MLflow 2.
_METHODS = ("save_model", "log_model")
_OF_MLFLOW = tuple(f"mlflow.*.{method}" for method in _METHODS)
_CHOSEN_METHODS = (*_OF_MLFLOW, *(f"*.{method}" for method in _METHODS))
_CHANGED = ("sklearn", "pytorch", "lightgbm")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    model = call.get("sk_model")
    passes = model is not None and skops_trusts(model.value, context)
    return check_format(call, context, _FORMAT, Severity.CHANGES if passes else None)


def _check_unknown(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report a model that is written by a flavor that is chosen while the program runs; it may be any, this one among them."""
    if not _FORMAT.is_kept(context):
        return
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    if "serialization_format" in given:
        return
    call = context.call(node)
    flavor = call.get("flavor") if call is not None and call.path == MODEL_LOG else None
    reason = _unknown_flavor(node, flavor.value if flavor is not None else given.get("flavor"), context)
    if reason is None:
        return
    message = "MLflow 3 writes models of scikit-learn, PyTorch and LightGBM in other formats than MLflow 2"
    if None in given:
        message += f", unless `**{shown(given[None])}` brings a format"
    yield Match(node, f"cannot tell which flavor this is: {reason}; {message}", Safety.MANUAL)


def _check_kept(node: ast.Attribute, context: Context) -> Iterator[Match]:
    """Report the function of a flavor that is chosen while the program runs, where it is not called: ``partial(flavor.log_model, ...)``."""
    value = context.resolve(node) if isinstance(node.ctx, ast.Load) and _FORMAT.is_kept(context) else None
    if not isinstance(value, Unknown) or not _is_flavor(node.value, context.resolve(node.value), context):
        return
    around, done = context.names.scopes.parent(node), use_of_reference(node, context)
    if done is None or (isinstance(around, ast.Call) and any(k.arg == "serialization_format" for k in around.keywords)):
        return
    message = f"`{shown(node)}` {done}, and cannot tell which flavor this is: {value.reason}; MLflow 3 writes models of"
    yield Match(node, f"{message} scikit-learn, PyTorch and LightGBM in other formats than MLflow 2", Safety.MANUAL)


def _check_caller(node: ast.Call, context: Context) -> Iterator[Match]:
    """Report ``methodcaller("save_model", ...)``."""
    named = node.args[0] if node.args else None
    given = any(keyword.arg == "serialization_format" for keyword in node.keywords)
    if isinstance(named, ast.Constant) and named.value in _METHODS and not given and _FORMAT.is_kept(context):
        yield Match(
            node, f"this calls the `{named.value}` of what it gets, out of sight: {_FORMAT.message}", Safety.MANUAL
        )


def _unknown_flavor(node: ast.Call, given: ast.expr | None, context: Context) -> str | None:
    """Say why nobody can tell which flavor a call writes a model by; None when that is known, or nothing says that it is one."""
    value = context.resolve(node.func)
    if given is not None:
        # `Model.log(flavor=...)`, and the clients of feature stores.
        hands_on = isinstance(value, (Foreign, Unknown)) or value == Mlflow(MODEL_LOG)
        flavor = context.resolve(given)
        if not hands_on or not isinstance(flavor, Unknown):
            return None
        # What `Model.log` and Databricks' clients take is a flavor, whoever gives it.
        certain = isinstance(value, Mlflow) or (isinstance(value, Foreign) and value.what.startswith("databricks"))
        takes_flavor = certain and isinstance(given, ast.Name) and context.names.parameter(given) is not None
        return flavor.reason if takes_flavor or _is_flavor(given, flavor, context) else None
    if isinstance(value, Unknown) and value.like in (_CHOSEN_METHODS if context.facts.names_mlflow else _OF_MLFLOW):
        return value.reason
    if not isinstance(value, Unknown) or not isinstance(node.func, ast.Attribute) or node.func.attr == "log":
        return None
    owner = node.func.value
    said = "mlflow" in f"{value.reason} {shown(node.func)}".lower()
    if said and node.func.attr == "save_model":
        return value.reason if _gives_path(node) else None
    if _is_flavor(owner, context.resolve(owner), context):
        return value.reason
    held = context.resolve(owner)
    may_be = isinstance(held, Unknown) and not held.among and _gives_path(node)
    return value.reason if may_be and _hands_flavors_on(context) else None


def _gives_path(node: ast.Call) -> bool:
    """Return whether a call may give what each flavor's ``save_model`` must have beside the model, the path, or `log_model` the name."""
    names = {keyword.arg for keyword in node.keywords}
    if node.args and isinstance(node.args[0], (ast.Constant, ast.JoinedStr)):
        return False
    has_more = any(isinstance(argument, ast.Starred) for argument in node.args)
    return len(node.args) > 1 or has_more or bool(names & {None, "path", "artifact_path"})


def _is_flavor(node: ast.expr, value: object, context: Context) -> bool:
    """Return whether an unknown expression is, as far as this code shows, one of MLflow's flavors."""
    *owners, last = dotted_text(node).split(".")
    if isinstance(value, Unknown) and last in _CHANGED and "mlflow" in owners:
        return True  # it is written as one, whatever brings MLflow
    if isinstance(value, Unknown) and value.among:
        return any(path.removeprefix("mlflow.") in _CHANGED for path in value.among)
    return (isinstance(value, Unknown) and value.like == "mlflow.*") or given_mlflow(node, context)


@once
def _hands_flavors_on(context: Context) -> bool:
    """Return whether the code has one of these flavors as a value: in a collection, as an argument, or under another name."""
    scopes = context.names.scopes
    places: list[ast.Attribute | ast.Name] = [*scopes.of(ast.Attribute), *scopes.of(ast.Name)]
    values = (
        context.resolve(node)
        for node in places
        if isinstance(node.ctx, ast.Load) and not isinstance(scopes.parent(node), ast.Attribute)
    )
    return any(isinstance(value, Mlflow) and value.path.removeprefix("mlflow.") in _CHANGED for value in values)


_LINE = """\
import os

import mlflow
from sklearn.linear_model import LinearRegression

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        LinearRegression().fit(X, y),
        artifact_path="model",
    )
folder = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model")
assert "model.pkl" in os.listdir(folder)
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""
_FOREST = """\
import mlflow
from sklearn.ensemble import RandomForestRegressor

X, y = [[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0]
with mlflow.start_run() as run:
    mlflow.sklearn.log_model(
        RandomForestRegressor(n_estimators=2, random_state=0).fit(X, y),
        artifact_path="model",
    )
result = mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""

RULE = Rule(
    code="MLF103",
    name="sklearn-serialization",
    summary="`mlflow.sklearn` writes skops by default since 3.14, which refuses many models.",
    why="""\
MLflow 2 wrote `model.pkl` by cloudpickle. Since 3.14 the default of `serialization_format` in `mlflow.sklearn.log_model` and
`save_model` is `"skops"` (`mlflow/sklearn/__init__.py`; since 3.17 not in a Databricks runtime or with a Databricks tracking URI). skops writes only types that
it trusts: RandomForest, GradientBoosting, HistGradientBoosting, KNeighbors, GridSearchCV, lambdas and classes of one's own end
in `MlflowException: The saved sklearn model references untrusted types`, also inside a Pipeline, and the run is FAILED. Linear
models, SVC, KMeans and scalers pass, but their file is `model.skops` then, so that code that reads `model/model.pkl` breaks.

`serialization_format="cloudpickle"` is valid on every 2.x and 3.x and writes what MLflow 2 wrote. The new default is there for a
reason: loading a pickle can run any code, a skops file cannot. `--sklearn-format skops` accepts it.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        calls(*_FORMAT.functions, check=_check),
        calls_named("save_model", "log_model", "log", check=_check_unknown, needs=(LIBRARY,), aliased=True),
        calls_named("methodcaller", check=_check_caller, needs=(LIBRARY, set(_METHODS))),
        attributes(*_METHODS, check=_check_kept, needs=(LIBRARY,)),
        *also(_FORMAT),
    ),
    since="3.14",
    examples=(
        reported(
            "a flavor of an MLflow that is loaded late",
            """
            class Late:
                def __getattr__(self, name):
                    return getattr(load(), name)

            mlflow = Late()
            mlflow.sklearn.log_model(m, name="m")
            """,
        ),
        program(
            "a forest",
            _FOREST,
            _FOREST.replace('"model",', '"model",\n        serialization_format="cloudpickle",'),
            runs={
                "2 before": Run(),
                "2 after": Run(),
                "3 before": Run(raises="MlflowException: untrusted types"),
                "3 after": Run(),
            },
        ),
        program(
            "a model that skops takes: it loads, from another file",
            _LINE,
            _LINE.replace('"model",', '"model",\n        serialization_format="cloudpickle",'),
            runs={"2 before": Run(), "2 after": Run(), "3 before": Run(raises="AssertionError"), "3 after": Run()},
        ),
        fixed(
            "a file of the new format that some test expects",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="m")
            """,
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="m", serialization_format="cloudpickle")
            """,
            unsafe=True,
            project=Project(new_files=frozenset({"model.skops"})),
        ),
        fixed(
            "a file of the new format of this very model",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="churn")
            """,
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="churn", serialization_format="cloudpickle")
            """,
            unsafe=True,
            project=Project(new_files=frozenset({"churn/model.skops", "price/model.skops"})),
        ),
        fixed(
            "a file of the new format of another model",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="forest")
            """,
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="forest", serialization_format="cloudpickle")
            """,
            project=Project(new_files=frozenset({"churn/model.skops"})),
        ),
        fixed(
            "save_model too, in the layout of the call",
            """
            import mlflow.sklearn

            mlflow.sklearn.save_model(
                model,
                path,
                signature=signature,
            )
            """,
            """
            import mlflow.sklearn

            mlflow.sklearn.save_model(
                model,
                path,
                signature=signature,
                serialization_format="cloudpickle",
            )
            """,
        ),
        fixed(
            "it runs on both",
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model")
            """,
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model", serialization_format="cloudpickle")
            """,
            target="both",
        ),
        reported(
            "keyword arguments that nobody sees may hold a format",
            """
            import mlflow
            def log(model, **kwargs):
                mlflow.sklearn.log_model(model, **kwargs)
            """,
        ),
        *OUT_OF_SIGHT,
        *BOUND,
        untouched(
            "the format is chosen",
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model", serialization_format="skops")
            """,
        ),
        untouched(
            "the format is chosen by position",
            """
            import mlflow
            mlflow.sklearn.log_model(model, "model", None, None, "pickle")
            """,
        ),
        untouched(
            "before 3.14 the default was cloudpickle",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="model")
            """,
            target="3.13",
        ),
        untouched(
            "the new default is wanted",
            """
            import mlflow
            mlflow.sklearn.log_model(model, name="model")
            """,
            sklearn_format="skops",
        ),
        untouched(
            "other flavors",
            """
            import mlflow
            mlflow.xgboost.log_model(model, name="model")
            """,
        ),
        untouched(
            "autolog keeps cloudpickle by itself",
            """
            import mlflow
            mlflow.sklearn.autolog()
            """,
        ),
        untouched(
            "not MLflow",
            """
            import joblib
            joblib.sklearn.save_model(model, path)
            """,
        ),
    ),
)
