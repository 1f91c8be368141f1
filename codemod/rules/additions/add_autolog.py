"""MLF903: what the training framework can record by itself; only when asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names.flow import dominates
from codemod.names.nodes import function_name
from codemod.rewriting.edits import InsertStatements
from codemod.rules.additions.add_autolog_examples import EXAMPLES
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.additions import module_reference, outermost_loop
from codemod.rules.idioms.arguments import flavor
from codemod.rules.idioms.samples import fitted_arrays, is_trainer_fit, logged_model
from codemod.rules.selectors import LIBRARY, calls, calls_named

# Flavors that record a `fit` or `train` by themselves; TensorFlow's records Keras models, too.
_FLAVORS = ("keras", "lightgbm", "sklearn", "tensorflow", "xgboost")
# What Lightning's autolog records as parameters (mlflow/pytorch/_lightning_autolog.py); MLflow refuses a second value of one.
_PARAMETERS = frozenset(
    ("epochs", "optimizer_name", "lr", "betas", "eps", "weight_decay", "monitor", "mode", "patience")
)


def _fitted(node: ast.Call, context: Context) -> Iterator[Match]:
    if is_trainer_fit(node, context) and _is_first(node, context):
        yield from _lightning(node, context)


def _logged(call: BoundCall, context: Context) -> Iterator[Match]:
    if flavor(call.path) not in _FLAVORS or _records(context) or _earlier_of_flavor(call, context):
        return
    model, scopes = logged_model(call), context.names.scopes
    sample = fitted_arrays(model, call.node, context) if model is not None else None
    if sample is not None and scopes.statement(sample.call) is not scopes.statement(call.node):
        message = f"`mlflow.{flavor(call.path)}.autolog` can record this training; it is unsafe where the code logs the same parameters"
        yield from _match(sample.call, sample.call, flavor(call.path), message, Safety.UNSAFE, context)


def _lightning(node: ast.Call, context: Context) -> Iterator[Match]:
    clashes = sorted(_PARAMETERS & _logged_parameters(context))
    message = "`mlflow.pytorch.autolog` records the trainer's losses and settings"
    if clashes:
        message += (
            f"; the code logs {', '.join(f'`{name}`' for name in clashes)} itself, and MLflow refuses another value"
        )
    yield from _match(
        node, _trainer(node, context) or node, "pytorch", message, Safety.UNSAFE if clashes else Safety.SAFE, context
    )


def _match(
    node: ast.Call, place: ast.Call, name: str, message: str, safety: Safety, context: Context
) -> Iterator[Match]:
    scopes = context.names.scopes
    statement = outermost_loop(place, context) or scopes.statement(place)
    module = module_reference(f"mlflow.{name}", place, context)
    if module is None or not isinstance(statement, ast.stmt) or isinstance(scopes.scope(place).node, ast.Lambda):
        yield Match(node, f"{message}; call it before the training starts", Safety.MANUAL)
        return
    line = InsertStatements(statement, (f"{module.text}.autolog(log_models=False)",), before=True)
    yield Match(node, message, safety, (*module.changes, line))


def _is_first(node: ast.Call, context: Context) -> bool:
    """Return whether this is the training that the run records: the first one in a function that uses MLflow, else the first."""
    if _records(context) or not any(
        isinstance(item, ast.Call) and context.call(item) for item in context.names.scopes.nodes()
    ):
        return False
    scopes = context.names.scopes
    fits = [item for item in scopes.nodes() if isinstance(item, ast.Call) and is_trainer_fit(item, context)]
    using = {
        scopes.scope(item) for item in scopes.nodes() if isinstance(item, ast.Call) and context.call(item) is not None
    }
    return next((fit for fit in fits if scopes.scope(fit) in using), fits[0]) is node


def _records(context: Context) -> bool:
    """Return whether the namespace records by itself: it calls ``autolog``, or gives Lightning MLflow's logger."""
    return any(
        isinstance(node, ast.Call) and function_name(node.func) in ("autolog", "MLFlowLogger")
        for node in context.names.scopes.nodes()
    )


def _earlier_of_flavor(call: BoundCall, context: Context) -> bool:
    """Return whether an earlier call logs a model of the flavor: one line serves the whole file."""
    order = context.names.scopes.order
    for node in context.names.scopes.nodes():
        other = context.call(node) if isinstance(node, ast.Call) else None
        if other is not None and other.path == call.path and order(other.node) < order(call.node):
            return True
    return False


def _trainer(fit: ast.Call, context: Context) -> ast.Call | None:
    """Return the call that makes the trainer, if it stands in the same scope and has run before ``fit``."""
    scopes = context.names.scopes
    trainer = fit.func.value if isinstance(fit.func, ast.Attribute) else None
    made = context.names.definition(trainer) if isinstance(trainer, ast.Name) else None
    if (
        not isinstance(made, ast.Call)
        or scopes.scope(made) is not scopes.scope(fit)
        or scopes.order(made) > scopes.order(fit)
    ):
        return None
    return made if dominates(scopes, scopes.statement(made), fit) else None


def _logged_parameters(context: Context) -> set[str]:
    """Return the names of the parameters that the code logs, as far as they are known before it runs."""
    names: set[str] = set()
    for node in context.names.scopes.nodes():
        call = context.call(node) if isinstance(node, ast.Call) else None
        if call is None or call.path.rpartition(".")[2] not in ("log_param", "log_params"):
            continue
        key, every = call.get("key"), call.get("params")
        if key is not None:
            names.add(text_of(key.value, context.names).known or "")
        value = every.value if every is not None else None
        if isinstance(value, ast.Name):
            value = context.names.definition(value)
        if isinstance(value, ast.Dict):
            names |= {
                item.value for item in value.keys if isinstance(item, ast.Constant) and isinstance(item.value, str)
            }
    return names


RULE = Rule(
    code="MLF903",
    name="add-autolog",
    summary="With `--add autolog`: MLflow records what the training framework knows.",
    why="""\
`mlflow.pytorch.autolog` records a Lightning training by itself: the trainer's metrics per epoch, the optimizer's settings and the model's
summary (`mlflow/pytorch/_lightning_autolog.py`, 2.22 and 3.17). `log_models=False` because the code logs its model itself; the checkpoints
of the trainer are recorded as artifacts all the same when `val_loss` is logged (`checkpoint=True`).

The line goes before the trainer is made, once per file. Code that calls any `autolog` or gives Lightning MLflow's logger is left
alone. Where the code itself logs a parameter that Lightning's autolog logs, it is unsafe: MLflow refuses a second, different value.

For scikit-learn, XGBoost, LightGBM and Keras, `autolog` logs every argument of the estimator as a parameter, and what the code logs
after it must agree; the line before the `fit` of a model that is logged later is unsafe.""",
    safety=Safety.SAFE,
    severity=Severity.ADVICE,
    on=(
        calls_named("fit", check=_fitted, needs=(LIBRARY, {"lightning"})),
        calls("log_model", check=_logged, needs=({"fit"},)),
    ),
    opt_in=True,
    examples=EXAMPLES,
)
