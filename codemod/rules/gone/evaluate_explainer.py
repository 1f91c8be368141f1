"""MLF413: `evaluate` of a classifier or regressor logs no SHAP explainer any more, unless it is asked for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import AddKeyword, CallChange, Change, Operation, SetValue
from codemod.rules.base import Match, Rule, fixed, reported, untouched
from codemod.rules.selectors import calls

_FUNCTIONS = ("mlflow.evaluate", "mlflow.models.evaluate")
_KINDS = ("classifier", "regressor")
_EVALUATORS = ("default", "shap")
_EXPLAINER = re.compile(r"(?:.*/)?explainer(?:/.*)?", re.DOTALL)
_OPTION = '"log_explainer": True'
_NONE = "`evaluate` of MLflow 3 logs no SHAP explainer"
_ASK = f"`evaluator_config={{{_OPTION}}}` asks for it, and changes nothing on 2"


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    kind = call.get("model_type")
    if kind is None or text_of(kind.value, context.names).known not in _KINDS or _has_others(call, context):
        return
    config = call.get("evaluator_config")
    options = _options(config, context)
    if options is not None and _is_decided(options):
        return
    if not _reads_explainer(context):
        if not _earlier(call, context):
            yield Match(call.node, f"{_NONE}; where somebody reads it, {_ASK}", Safety.MANUAL, severity=Severity.ADVICE)
        return
    message = f"{_NONE}, which this code reads; {_ASK}"
    changes = _asked(call, config, options, context)
    yield Match(call.node, message, Safety.UNSAFE if changes else Safety.MANUAL, changes)


def _has_others(call: BoundCall, context: Context) -> bool:
    """Return whether the call names evaluators, and none that explains models."""
    given = call.get("evaluators")
    if given is None:
        return False
    value = context.names.definition(given.value) if isinstance(given.value, ast.Name) else given.value
    items = value.elts if isinstance(value, (ast.List, ast.Tuple)) else [value]
    names = [item.value for item in items if isinstance(item, ast.Constant) and item.value is not None]
    return bool(names) and len(names) == len(items) and not any(name in _EVALUATORS for name in names)


def _options(config: Argument | None, context: Context) -> ast.Dict | None:
    """Return the dict of the configuration, if it is seen."""
    if config is None:
        return None
    value = context.names.definition(config.value) if isinstance(config.value, ast.Name) else config.value
    return value if isinstance(value, ast.Dict) else None


def _is_decided(options: ast.Dict) -> bool:
    """Return whether a configuration says whether there shall be an explainer, for one evaluator or for all."""
    for node in ast.walk(options):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values, strict=True):
            name = key.value if isinstance(key, ast.Constant) else None
            if name == "log_explainer":
                return True
            if name == "log_model_explainability" and isinstance(value, ast.Constant) and not value.value:
                return True
    return False


def _reads_explainer(context: Context) -> bool:
    """Return whether the code names what MLflow 2 logged as ``explainer``, and logs nothing of that name itself."""
    if context.facts.called("mlflow.shap.log_explainer"):
        return False
    return any(_names_explainer(node, context) for node in context.names.scopes.of(ast.Constant))


def _names_explainer(node: ast.AST, context: Context) -> bool:
    value = node.value if isinstance(node, ast.Constant) else None
    if not isinstance(value, str) or _EXPLAINER.fullmatch(value) is None:
        return False
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.keyword):
        parent = context.names.scopes.parent(parent)
    if "/" in value:
        return not isinstance(parent, ast.Expr)
    return isinstance(parent, ast.Call) and context.call(parent) is not None


def _earlier(call: BoundCall, context: Context) -> bool:
    """Return whether the namespace evaluates such a model before: one piece of advice is enough."""
    order = context.names.scopes.order
    for other in context.facts.called(*_FUNCTIONS):
        kind = other.get("model_type")
        if order(other.node) < order(call.node) and kind is not None:
            if text_of(kind.value, context.names).known in _KINDS:
                return True
    return False


def _asked(call: BoundCall, config: Argument | None, options: ast.Dict | None, context: Context) -> tuple[Change, ...]:
    """Return the change that asks for the explainer; nothing where the configuration is out of sight, or one per evaluator."""
    if call.star is not None or call.open_kwargs is not None or call.makes_partial:
        return ()
    if config is None:
        operation: Operation = AddKeyword("evaluator_config", f"{{{_OPTION}}}")
    elif options is not None and options is config.value and not _is_nested(options):
        place: int | str | None = config.index if config.index is not None else config.keyword
        if place is None or not options.keys:
            return ()
        operation = SetValue(place, f"{{{_OPTION}, {context.source(options)[1:].lstrip()}")
    else:
        return ()
    return (CallChange(call.node, (operation,)),)


def _is_nested(options: ast.Dict) -> bool:
    return any(
        key is None or isinstance(value, ast.Dict) for key, value in zip(options.keys, options.values, strict=True)
    )


_PROGRAM = """\
import mlflow
import numpy as np
import pandas as pd
from mlflow.models import infer_signature
from sklearn.linear_model import LinearRegression

data = pd.DataFrame({"a": np.arange(6.0), "b": np.arange(6.0)[::-1]})
model = LinearRegression().fit(data, data.a * 2)
with mlflow.start_run() as run:
    info = mlflow.sklearn.log_model(model, "line", signature=infer_signature(data, data.a), pip_requirements=["scikit-learn"])
    mlflow.models.evaluate(
        info.model_uri,
        data.assign(y=data.a * 2),
        targets="y",
        model_type="regressor",
    )
result = sorted(mlflow.models.get_model_info(f"runs:/{run.info.run_id}/explainer").flavors)
"""

RULE = Rule(
    code="MLF413",
    name="evaluate-explainer",
    summary='`evaluate` of a classifier or regressor logs a SHAP explainer only with `evaluator_config={"log_explainer": True}`.',
    why="""\
With the package `shap`, MLflow 2's `evaluate` logged the explainer of a classifier or regressor as the model `explainer` of the run.
Since 3.0 it does so only when the evaluator's configuration holds `log_explainer` (`mlflow/models/evaluation/evaluators/shap.py`).
The plots are logged as before. MLflow 2 does not look at the key.

Where the same code reads `explainer`, the unsafe fix asks for it. Otherwise the first such call of a file is only advice.
Other kinds of models, configurations that decide it, and
`log_model_explainability=False` are left alone.""",
    safety=Safety.UNSAFE,
    severity=Severity.CHANGES,
    on=(calls(*_FUNCTIONS, "mlflow.models.evaluation.deprecated.model_evaluate", check=_check, needs=(set(_KINDS),)),),
    examples=(
        fixed(
            "an explainer that is loaded later",
            _PROGRAM,
            _PROGRAM.replace('"regressor",', '"regressor",\n        evaluator_config={"log_explainer": True},'),
            unsafe=True,
        ),
        fixed(
            "beside other options",
            """
            import mlflow
            mlflow.models.evaluate(m, data, targets="y", model_type="classifier", evaluator_config={"max_classes": 3})
            path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="explainer")
            """,
            """
            import mlflow
            mlflow.models.evaluate(
                m,
                data,
                targets="y",
                model_type="classifier",
                evaluator_config={"log_explainer": True, "max_classes": 3},
            )
            path = mlflow.artifacts.download_artifacts(run_id=run_id, artifact_path="explainer")
            """,
            unsafe=True,
        ),
        reported(
            "a configuration that is made elsewhere",
            """
            import mlflow
            mlflow.models.evaluate(m, data, targets="y", model_type="classifier", evaluator_config=settings.evaluation)
            explainer = mlflow.shap.load_explainer(f"runs:/{run_id}/explainer")
            """,
            unsafe=True,
        ),
        reported(
            "advice where nothing reads it",
            """
            import mlflow
            mlflow.models.evaluate(m, data, targets="y", model_type="regressor")
            """,
        ),
        untouched(
            "another kind of model",
            """
            import mlflow
            mlflow.models.evaluate(m, data, targets="y", model_type="question-answering")
            mlflow.artifacts.download_artifacts(f"runs:/{run_id}/explainer")
            """,
        ),
        untouched(
            "it is asked for",
            """
            import mlflow
            mlflow.models.evaluate(m, data, targets="y", model_type="regressor", evaluator_config={"log_explainer": True})
            mlflow.artifacts.download_artifacts(f"runs:/{run_id}/explainer")
            """,
        ),
        untouched(
            "no explanations are wanted",
            """
            import mlflow
            quiet = {"log_model_explainability": False}
            mlflow.models.evaluate(m, data, targets="y", model_type="regressor", evaluator_config=quiet)
            """,
        ),
        untouched(
            "evaluators of one's own",
            """
            import mlflow
            mlflow.models.evaluate(m, data, targets="y", model_type="regressor", evaluators=["ours"])
            """,
        ),
        untouched(
            "another library",
            """
            import mlflow
            import evaluation
            evaluation.evaluate(m, data, model_type="regressor")
            """,
        ),
    ),
)  # fmt: skip
