"""Where the code shows what a model is fed with: the data of the ``fit`` or ``train`` call before ``log_model``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.names import Foreign, LocalInstance
from codemod.names.flow import dominates
from codemod.names.nodes import dotted_text, function_name, is_none
from codemod.rules.idioms.additions import is_plain, rebound, roots

# Functions that give the same for the same data, so that calling them again for the sample changes nothing.
_PURE = frozenset(("drop", "to_numpy", "astype", "reshape", "transform", "copy", "toarray", "filter", "fillna"))
# Estimators of scikit-learn that predict although they are fitted without a target; others only transform.
_WITHOUT_TARGET = frozenset(
    """AffinityPropagation BayesianGaussianMixture Birch BisectingKMeans EllipticEnvelope GaussianMixture IsolationForest KMeans
    MeanShift MiniBatchKMeans OneClassSVM SGDOneClassSVM""".split()
)
_DATA_MODULE = re.compile(r"(^|_|\.)(dm|data_?module)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sample:
    """Inputs that the code shows.

    Attributes:
        data: The expression of the inputs, or of the loader that gives batches of them.
        kind: ``array`` (or a table): rows can be sliced; ``loader``: gives batches; ``datamodule``: gives a loader.
        fed: The call that made what the training took instead of the inputs themselves, such as XGBoost's ``DMatrix``.
        call: The call that shows them.
    """

    data: ast.expr
    kind: Literal["array", "loader", "datamodule"]
    call: ast.Call
    fed: ast.Call | None = None


def logged_model(call: BoundCall) -> ast.expr | None:
    """Return the model that is logged."""
    for argument in call.arguments:
        if argument.parameter in ("model", "python_model") or (argument.parameter or "").endswith("_model"):
            return argument.value
    return None


def fitted_arrays(model: ast.expr, at: ast.Call, context: Context, *, needs_target: bool = False) -> Sample | None:
    """Find the inputs that a model was fitted with.

    Args:
        model: The model as it is logged.
        at: The call that logs it.
        context: The namespace.
        needs_target: Whether data without a target beside it does not count: Keras takes data sets and generators so.
    """
    for call in _calls_before(at, context):
        sample = _of_fit(call, model, context, needs_target) or _of_train(call, model, context)
        if sample is None or (not is_plain(model) and sample.call is not model):
            continue
        variables = roots(model) | roots(sample.data) | (roots(sample.fed) if sample.fed is not None else frozenset())
        return None if rebound(variables, sample.call, at, context) else sample
    return None


def _calls_before(at: ast.Call, context: Context) -> Iterator[ast.Call]:
    """Return the calls of the same scope that have certainly run, latest first, and those inside ``at`` before all others."""
    scopes = context.names.scopes
    yield from (node for node in ast.walk(at) if isinstance(node, ast.Call) and node is not at)
    earlier = [
        node
        for node in scopes.of(ast.Call)
        if scopes.order(node) < scopes.order(at)
        and scopes.scope(node) is scopes.scope(at)
        and scopes.statement(node) is not scopes.statement(at)
        and dominates(scopes, scopes.statement(node), at)
    ]
    yield from reversed(earlier)


def _of_fit(call: ast.Call, model: ast.expr, context: Context, needs_target: bool) -> Sample | None:
    """Read ``model.fit(X, y)``, ``model = Class().fit(X, y)``, and a search whose best estimator is logged."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "fit":
        return None
    inner = model.value if isinstance(model, ast.Attribute) and model.attr == "best_estimator_" else model
    fitted = dotted_text(call.func.value)
    is_it = (
        (fitted and fitted in (dotted_text(model), dotted_text(inner)))
        or call is model
        or _defines(call, inner, context)
    )
    data = _argument(call, 0, "X", "x")
    if not is_it or data is None or not _is_repeatable(data):
        return None
    target = _argument(call, 1, "y", "Y")
    if (target is None or is_none(target)) and (needs_target or not _predicts(call.func.value, model, context)):
        return None
    return Sample(data, "array", call)


def _of_train(call: ast.Call, model: ast.expr, context: Context) -> Sample | None:
    """Read ``model = xgb.train(parameters, xgb.DMatrix(X, y))`` and ``lgb.train(parameters, lgb.Dataset(X, y))``."""
    if function_name(call.func) != "train" or not _defines(call, model, context):
        return None
    library = context.resolve(call.func)
    if not isinstance(library, Foreign) or library.what not in ("xgboost", "lightgbm"):
        return None
    data = _argument(call, 1, "dtrain", "train_set")
    made = context.names.definition(data) if isinstance(data, ast.Name) else data
    if (
        data is None
        or not isinstance(made, ast.Call)
        or function_name(made.func) not in ("DMatrix", "QuantileDMatrix", "Dataset")
    ):
        return None
    inputs = _argument(made, 0, "data")
    if (
        inputs is None
        or not _is_repeatable(inputs)
        or context.names.scopes.scope(made) is not context.names.scopes.scope(call)
    ):
        return None
    if rebound(roots(inputs), made, call, context):
        return None
    if library.what == "lightgbm":
        return Sample(inputs, "array", call)
    return Sample(inputs, "array", call, fed=made) if all(item.arg for item in made.keywords) else None


def lightning_batches(model: ast.expr, at: ast.Call, context: Context) -> Sample | None:
    """Find the loader that a Lightning trainer was given to fit the logged model.

    Args:
        model: The model as it is logged: the fitted one, or one that was loaded from a checkpoint of the training.
        at: The call that logs it.
        context: The namespace.
    """
    if not is_plain(model):
        return None
    for call in _calls_before(at, context):
        if not is_trainer_fit(call, context):
            continue
        fitted = _argument(call, 0, "model")
        if fitted is None or not (dotted_text(fitted) == dotted_text(model) or _is_loaded(model, context)):
            return None
        sample = _loader(call, context)
        return sample if sample is not None and not rebound(roots(sample.data), call, at, context) else None
    return None


def is_trainer_fit(call: ast.Call, context: Context) -> bool:
    """Return whether a call is ``fit`` of a Lightning trainer."""
    if (
        not isinstance(call.func, ast.Attribute)
        or call.func.attr != "fit"
        or not context.facts.imports("lightning", "pytorch_lightning")
    ):
        return False
    trainer = call.func.value
    made = context.names.definition(trainer) if isinstance(trainer, ast.Name) else None
    if isinstance(trainer, ast.Attribute):
        made = context.names.attribute_definition(trainer)
    if isinstance(trainer, ast.Call):
        made = trainer
    if isinstance(made, ast.Call):
        return "trainer" in function_name(made.func).lower() or function_name(made.func) == "from_argparse_args"
    return "trainer" in function_name(trainer).lower()


def _loader(call: ast.Call, context: Context) -> Sample | None:
    module = _argument(call, None, "datamodule")
    if module is not None:
        return Sample(module, "datamodule", call) if is_plain(module) else None
    data = _argument(call, 1, "train_dataloaders", "train_dataloader")
    if data is None:
        return None
    made = context.names.definition(data) if isinstance(data, ast.Name) else data
    if isinstance(made, (ast.List, ast.Tuple, ast.Dict)):
        return None
    known = context.resolve(data)
    bases = [function_name(base) for base in known.node.bases] if isinstance(known, LocalInstance) else []
    built = function_name(made.func) if isinstance(made, ast.Call) else ""
    is_module = "LightningDataModule" in bases or built.endswith("DataModule") or _DATA_MODULE.search(dotted_text(data))
    if is_module:
        return Sample(data, "datamodule", call) if is_plain(data) else None
    if is_plain(data) or (isinstance(data, ast.Call) and built in ("DataLoader", "train_dataloader")):
        return Sample(data, "loader", call)
    return None


def _is_loaded(model: ast.expr, context: Context) -> bool:
    """Return whether a model is what Lightning read from a checkpoint."""
    made = context.names.definition(model) if isinstance(model, ast.Name) else None
    while isinstance(made, ast.Call) and isinstance(made.func, ast.Attribute):
        if made.func.attr == "load_from_checkpoint":
            return True
        made = made.func.value
    return False


def _defines(call: ast.Call, model: ast.expr, context: Context) -> bool:
    """Return whether the variable is what the call gave."""
    if isinstance(model, ast.Name):
        return context.names.definition(model) is call
    statement = context.names.scopes.statement(call)
    if not isinstance(model, ast.Attribute) or not isinstance(statement, ast.Assign) or statement.value is not call:
        return False
    return any(dotted_text(target) == dotted_text(model) for target in statement.targets)


def _predicts(estimator: ast.expr, model: ast.expr, context: Context) -> bool:
    """Return whether an estimator that was fitted without a target predicts: its class is known for it, or the code calls it."""
    made = context.names.definition(estimator) if isinstance(estimator, ast.Name) else estimator
    if isinstance(made, ast.Call) and function_name(made.func) in _WITHOUT_TARGET:
        return True
    scope = context.names.scopes.scope(model)
    return any(
        node.attr == "predict"
        and dotted_text(node.value) == dotted_text(model) != ""
        and context.names.scopes.scope(node) is scope
        for node in context.names.scopes.of(ast.Attribute)
    )


def _argument(call: ast.Call, index: int | None, *keywords: str) -> ast.expr | None:
    if index is not None and len(call.args) > index and not any(isinstance(item, ast.Starred) for item in call.args):
        return call.args[index]
    return next((item.value for item in call.keywords if item.arg in keywords), None)


def _is_repeatable(node: ast.expr) -> bool:
    """Return whether computing the expression again gives the same rows and does nothing else."""
    if isinstance(node, ast.Subscript):
        return _is_repeatable(node.value) and not any(
            isinstance(item, (ast.Call, ast.Await)) for item in ast.walk(node.slice)
        )
    if isinstance(node, ast.Call):
        simple = not any(
            isinstance(item, (ast.Call, ast.Lambda)) for value in _values(node) for item in ast.walk(value)
        )
        pure = isinstance(node.func, ast.Attribute) and node.func.attr in _PURE and _is_repeatable(node.func.value)
        return simple and pure and not any(item.arg == "inplace" for item in node.keywords)
    return is_plain(node)


def _values(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(item.value for item in call.keywords)]
