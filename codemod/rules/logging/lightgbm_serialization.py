"""MLF105: LightGBM's scikit-learn models were pickled; MLflow 3 writes skops, which refuses functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.names import Foreign, Names
from codemod.names.nodes import function_name
from codemod.rules.base import Match, Rule, Run, fixed, program, reported, untouched
from codemod.rules.idioms.serialization import Format, also, check_format
from codemod.rules.selectors import calls

_FORMAT = Format(
    flavor="mlflow.lightgbm",
    keeps="cloudpickle",
    default_since="3.14",
    parameter_since_2=False,
    message=(
        "since 3.14 MLflow writes LightGBM's scikit-learn models as skops, which refuses a function as objective or metric"
    ),
    fix="the fix keeps the format of MLflow 2, cloudpickle",
    new_file="model.skops",
)

_BOOSTER_MAKERS = {"train", "Booster"}
_ESTIMATORS = {"LGBMClassifier", "LGBMRegressor", "LGBMRanker", "LGBMModel"}
# The attributes of an estimator that have its booster, which is written by itself.
_BOOSTERS = ("booster_", "_Booster")
_FUNCTION_ARGUMENTS = ("objective", "eval_metric", "metric")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    model = call.get("lgb_model")
    refused = _has_function(model.value, context.names) if model is not None else None
    if refused is None and any(map(_makes_with_function, context.names.scopes.of(ast.Call))):
        refused = True  # the making of this model is not seen, but the code makes one that skops refuses
    if refused is not False:
        yield from check_format(call, context, _FORMAT, None if refused else Severity.CHANGES)


def _makes_with_function(call: ast.Call) -> bool:
    return function_name(call.func) in _ESTIMATORS and _takes_function(call)


def _has_function(model: ast.expr, names: Names) -> bool | None:
    """Return whether the model is seen to be made with a function of one's own; None where its making is not seen."""
    source = _source(model, names)
    if isinstance(source, ast.Attribute) and source.attr in _BOOSTERS:
        return False
    while isinstance(source, ast.Call) and isinstance(source.func, ast.Attribute) and source.func.attr == "fit":
        if _takes_function(source):
            return True
        source = _source(source.func.value, names)
    if not isinstance(source, ast.Call) or not isinstance(names.resolve(source.func), Foreign):
        return None  # a function of the project's own may be called as LightGBM's is
    made_by = ast.unparse(source.func).rpartition(".")[2]
    if made_by in _BOOSTER_MAKERS:
        return False
    if made_by not in _ESTIMATORS:
        return None
    return _takes_function(source) or (False if all(keyword.arg for keyword in source.keywords) else None)


def _source(model: ast.expr, names: Names) -> ast.expr | None:
    return names.definition(model) if isinstance(model, ast.Name) else model


def _takes_function(call: ast.Call) -> bool:
    """Return whether an objective or a metric is anything but a string, or a list of strings."""
    for keyword in call.keywords:
        if keyword.arg in _FUNCTION_ARGUMENTS:
            values = keyword.value.elts if isinstance(keyword.value, (ast.List, ast.Tuple)) else [keyword.value]
            if not all(isinstance(value, ast.Constant) for value in values):
                return True
    return False


_CUSTOM = """\
import lightgbm
import mlflow
import numpy as np


def squared(y_true, y_pred):
    return y_pred - y_true, np.ones_like(y_true)


X, y = np.arange(80.0).reshape(40, 2), np.arange(40.0)
model = lightgbm.LGBMRegressor(n_estimators=2, min_child_samples=2, objective=squared, verbose=-1).fit(X, y)
with mlflow.start_run() as run:
    mlflow.lightgbm.log_model(model, artifact_path="model")
result = mlflow.lightgbm.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""

_UNSEEN = """\
import os

import lightgbm
import mlflow
import numpy as np

X, y = np.arange(80.0).reshape(40, 2), np.arange(40.0)


def train():
    return lightgbm.LGBMRegressor(n_estimators=2, min_child_samples=2, verbose=-1).fit(X, y)


with mlflow.start_run() as run:
    mlflow.lightgbm.log_model(train(), artifact_path="model")
folder = mlflow.artifacts.download_artifacts(f"runs:/{run.info.run_id}/model")
assert "model.pkl" in os.listdir(folder)
result = mlflow.lightgbm.load_model(f"runs:/{run.info.run_id}/model").predict(X).tolist()
"""

RULE = Rule(
    code="MLF105",
    name="lightgbm-serialization",
    summary="`mlflow.lightgbm` writes scikit-learn models as skops since 3.14, which refuses functions.",
    why="""\
Since 3.14 the default of `serialization_format` for scikit-learn models in `mlflow.lightgbm.log_model` and `save_model` is
`"skops"` (`mlflow/lightgbm/__init__.py`; the parameter exists since 3.9; since 3.17 not in a Databricks runtime or with a Databricks
tracking URI, by `_get_default_serialization_format`). A plain `LGBMClassifier` and a `Booster` log and load by default; a model with a
function as objective or metric is refused (`untrusted types`).

`serialization_format="cloudpickle"` keeps what MLflow 2 wrote. It is added where such a function is seen, or where the making of
the model is out of sight.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(calls(*_FORMAT.functions, check=_check), *also(_FORMAT)),
    since="3.14",
    examples=(
        program(
            "an objective of one's own",
            _CUSTOM,
            _CUSTOM.replace('artifact_path="model")', 'artifact_path="model", serialization_format="cloudpickle")'),
            runs={
                "2 before": Run(),
                "3 before": Run(raises="MlflowException: untrusted types"),
                "3 after": Run(),
            },
        ),
        fixed(
            "a model made elsewhere",
            """
            import mlflow
            def log(model):
                mlflow.lightgbm.log_model(model, name="m")
            """,
            """
            import mlflow
            def log(model):
                mlflow.lightgbm.log_model(model, name="m", serialization_format="cloudpickle")
            """,
        ),
        fixed(
            "parameters from a dict may hold a function",
            """
            import lightgbm as lgb
            import mlflow
            model = lgb.LGBMRegressor(**params)
            mlflow.lightgbm.save_model(model, path)
            """,
            """
            import lightgbm as lgb
            import mlflow
            model = lgb.LGBMRegressor(**params)
            mlflow.lightgbm.save_model(model, path, serialization_format="cloudpickle")
            """,
        ),
        fixed(
            "a function of one's own that is called like LightGBM's",
            """
            import lightgbm as lgb
            import mlflow
            def train(X, y):
                return lgb.LGBMRegressor(objective=squared).fit(X, y)
            model = train(X, y)
            mlflow.lightgbm.log_model(model, name="m")
            """,
            """
            import lightgbm as lgb
            import mlflow
            def train(X, y):
                return lgb.LGBMRegressor(objective=squared).fit(X, y)
            model = train(X, y)
            mlflow.lightgbm.log_model(model, name="m", serialization_format="cloudpickle")
            """,
        ),
        program(
            "a model that is made out of sight: this one loads, from another file",
            _UNSEEN,
            _UNSEEN.replace('artifact_path="model")', 'artifact_path="model", serialization_format="cloudpickle")'),
            runs={"2 before": Run(), "3 before": Run(raises="AssertionError"), "3 after": Run()},
        ),
        reported(
            "there is no form for both",
            """
            import mlflow
            def log(model):
                mlflow.lightgbm.log_model(model, "m")
            """,
            target="both",
        ),
        untouched(
            "a booster of an estimator",
            """
            import lightgbm as lgb
            import mlflow
            estimator = lgb.LGBMRegressor().fit(x, y)
            mlflow.lightgbm.log_model(estimator.booster_, name="m")
            """,
        ),
        untouched(
            "a booster",
            """
            import lightgbm as lgb
            import mlflow
            booster = lgb.train(params, data)
            mlflow.lightgbm.log_model(booster, name="m")
            """,
        ),
        untouched(
            "a plain estimator",
            """
            import mlflow
            from lightgbm import LGBMClassifier
            model = LGBMClassifier(n_estimators=5, objective="binary")
            model.fit(X, y)
            mlflow.lightgbm.log_model(model, name="m")
            """,
        ),
        untouched(
            "before 3.14 it was pickled",
            """
            import mlflow
            def log(model):
                mlflow.lightgbm.log_model(model, name="m")
            """,
            target="3.9",
        ),
        untouched(
            "the format is chosen",
            """
            import mlflow
            mlflow.lightgbm.log_model(model, name="m", serialization_format="pickle")
            """,
        ),
        untouched(
            "LightGBM itself",
            """
            import lightgbm
            lightgbm.save_model(model, path)
            """,
        ),
        untouched(
            "other flavors",
            """
            import mlflow
            mlflow.catboost.log_model(model, name="m")
            """,
        ),
    ),
)
