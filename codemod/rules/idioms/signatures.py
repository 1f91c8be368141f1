"""What a call that logs a model needs to say what the model takes and gives, as far as the code shows it."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from codemod import mlflow_api
from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.data import Changed, changed_between, is_column, is_table
from codemod.names import LocalInstance
from codemod.names.nodes import is_none
from codemod.rewriting.edits import Change
from codemod.rules.idioms.additions import (
    Reference,
    free_name,
    free_variables,
    is_plain,
    one_line,
    reference,
    runs_repeatedly,
    simple_statement,
    visible,
)
from codemod.rules.idioms.arguments import flavor, shown
from codemod.rules.idioms.estimators import never_predicts, predicts
from codemod.rules.idioms.samples import Sample, fitted_arrays, lightning_batches, logged_model

# Flavors whose models have `predict(X)`.
_PREDICT = ("catboost", "keras", "lightgbm", "sklearn", "tensorflow", "xgboost")
# Flavors whose signature MLflow knows by itself (`_infer_signature_from...` in their `save_model`).
_OWN_SIGNATURE = (
    "johnsnowlabs",
    "langchain",
    "llama_index",
    "openai",
    "promptflow",
    "sentence_transformers",
    "transformers",
)
_KERAS = ("keras", "tensorflow")
_ROWS = 5
# Arguments of XGBoost's `DMatrix` that say how inputs are read; the others are about targets and training.
_OF_INPUTS = ("missing", "feature_names", "feature_types", "enable_categorical", "nthread")

_ADVICE = "no sample of its input was found: give `--sample`, an expression with inputs whose variables are set before this call"


@dataclass(frozen=True, slots=True)
class Addition:
    """What makes a call complete.

    Attributes:
        arguments: The arguments to add.
        before: Statements that compute them.
        after: Statements that put things back.
        changes: Imports.
        doubt: Why it may fail where the code runs; "" when it certainly does not.
    """

    arguments: tuple[tuple[str, str], ...]
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    doubt: str = "nobody can tell whether it fits this model"


def gives_example(call: BoundCall, context: Context) -> bool:
    """Return whether this run adds an ``input_example`` to a call."""
    if context.settings.added("signature") is None:
        return False
    if not call.path.endswith(".log_model") or not is_incomplete(call, context):
        return False
    addition = addition_of(call, context)
    return isinstance(addition, Addition) and (context.settings.unsafe or not addition.doubt)


def is_incomplete(call: BoundCall, context: Context) -> bool:
    """Return whether a call that logs a model tells MLflow nothing about its input."""
    if call.makes_partial or flavor(call.path) in _OWN_SIGNATURE:
        return False
    signature = mlflow_api.signature(call.path, context.target.release)
    if signature is None or not (signature.accepts("signature") and signature.accepts("input_example")):
        return False
    if not is_missing(call, "input_example") or {"signature", "input_example"} & call.bound:
        return False
    # A signature is enough, but for an export of PyTorch, which follows the example through the model.
    exports = flavor(call.path) == "pytorch" and context.settings.pytorch_format == "pt2"
    return is_missing(call, "signature") or exports


def is_missing(call: BoundCall, parameter: str) -> bool:
    """Return whether a call gives no value for a parameter, or None."""
    argument = call.get(parameter)
    return argument is None or is_none(argument.value)


def addition_of(call: BoundCall, context: Context) -> Addition | str:
    """Return what is to be added, or what a person should do."""
    if call.star is not None or call.open_kwargs is not None:
        unseen = call.open_kwargs or next(item for item in call.node.args if isinstance(item, ast.Starred))
        return f"add one unless `{shown(unseen)}` brings it"
    if any((given := call.get(name)) is not None and given.keys for name in ("signature", "input_example")):
        return "add one to the dict of its arguments"
    if simple_statement(call.node, context) is None:
        return "assign the result in a statement of its own, then one can be added"
    model = logged_model(call)
    if flavor(call.path) == "pytorch":
        return _of_pytorch(call, model, context) if model is not None else _ADVICE
    name = flavor(call.path)
    sample = None
    if model is not None and name in _PREDICT:
        sample = fitted_arrays(model, call.node, context, needs_target=name in _KERAS)
    if sample is None:
        data = _named_sample(call.node, context)
        return _of_arrays(call, model, data, None, context) if data is not None else _ADVICE
    addition = _of_arrays(call, model, sample.data, sample.fed, context)
    if isinstance(addition, str):
        return addition
    changed = _changed(call, sample, context)
    kept = _no_example(model, sample, changed, context)
    if kept:
        return kept
    return replace(addition, doubt=_doubt(model, sample, changed, context))


def _no_example(model: ast.expr | None, sample: Sample, changed: Changed | None, context: Context) -> str:
    """Say why the training data is certainly no example of what the model takes; "" when it may be one."""
    if is_column(sample.data, context.names):
        # "Expected one of the following types: pandas.DataFrame, numpy.ndarray, ..." (mlflow/models/utils.py of MLflow 2 and 3).
        return f"`{shown(sample.data)}` is one column, which MLflow takes for no example: add one that its readers can give"
    if model is not None and never_predicts(model, context):
        return "it has no `predict`: add one of what it transforms"
    if changed is not None and changed.is_certain:
        return (
            f"`{shown(sample.data)}` is not what it was trained on any more, as {changed.reason}: add one before that"
        )
    return ""


def _doubt(model: ast.expr | None, sample: Sample, changed: Changed | None, context: Context) -> str:
    """Say why asking the model again with its training data may fail; "" when it cannot."""
    if model is None or not predicts(model, context):
        return "nobody can tell whether the model predicts"
    if not is_table(sample.data, context.names):
        return f"nobody can tell whether `{shown(sample.data)}` is a table or an array"
    return f"its data may be another by now: {changed.reason}" if changed is not None else ""


def _changed(call: BoundCall, sample: Sample, context: Context) -> Changed | None:
    """Say where the data may have changed after the training."""
    names = context.names
    first: ast.AST = sample.call
    made = sample.fed
    if made is not None and names.scopes.order(made) < names.scopes.order(first):
        first = made
    return changed_between(sample.data, first, call.node, names)


def _named_sample(node: ast.Call, context: Context) -> ast.expr | None:
    """Return the expression that the user gives, if all of its variables are set where the model is logged."""
    sample = context.settings.sample
    if not sample:
        return None
    given = ast.parse(sample, mode="eval").body
    return given if all(visible(name, node, context) for name in free_variables(given)) else None


def _of_arrays(
    call: BoundCall, model: ast.expr | None, data: ast.expr, fed: ast.Call | None, context: Context
) -> Addition | str:
    """Ask the model for a few predictions.

    The signature's input comes from all the data, which says where values are missing; its output from the first rows.
    """
    before: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    source = one_line(data, context)
    of_keras = flavor(call.path) in _KERAS
    if of_keras:
        # They refuse the signature of a table (`TensorSpec` only), and the code does not say whether the data is one.
        numpy = reference("numpy", "", call.node, context)
        if numpy is None:
            return "`numpy` means something else here; add it by hand"
        source, changes = f"{numpy.text}.asarray({source})", numpy.changes
    if of_keras or not is_plain(data):
        name = free_name("sample", context)
        before, source = (f"{name} = {source}",), name
    few = f"{source}[:{_ROWS}]"
    example = ("input_example", few)
    if model is None or not is_plain(model) or flavor(call.path) not in _PREDICT:
        return Addition((example,), before, changes=changes)  # MLflow infers the signature from the example
    infer = reference("mlflow.models", "infer_signature", call.node, context)
    if infer is None:
        return "`infer_signature` and `mlflow` mean something else here; add it by hand"
    fed_source = few if fed is None else _fed(fed, few, context)
    signature = f"{infer.text}({source}, {one_line(model, context)}.predict({fed_source}))"
    arguments = (("signature", signature), example)
    # `mlflow.keras` with Keras 3 writes the example before its folder exists, and fails, on MLflow 2 and 3.
    chosen = arguments[:1] if flavor(call.path) == "keras" else arguments
    return Addition(chosen, (*infer.lines, *before), changes=(*changes, *infer.changes))


def _fed(made: ast.Call, few: str, context: Context) -> str:
    """Return what XGBoost's `predict` takes for a few rows: made as the training's own, without what only training needs."""
    kept = [item for item in made.keywords if item.arg in _OF_INPUTS]
    given = "".join(f", {item.arg}={one_line(item.value, context)}" for item in kept)
    return f"{one_line(made.func, context)}({few}{given})"


def _of_pytorch(call: BoundCall, model: ast.expr, context: Context) -> Addition | str:
    """Take a batch of the loader through the model."""
    found = lightning_batches(model, call.node, context)
    named = _named_sample(call.node, context) if found is None else None
    if found is None and named is None:
        return _ADVICE
    obstacle = _obstacle(model, context)
    if obstacle:
        return obstacle
    torch = reference("torch", "", call.node, context)
    infer = reference("mlflow.models", "infer_signature", call.node, context)
    if torch is None or infer is None or not is_plain(model):
        return "assign the model to a variable, and see that `torch` and `infer_signature` mean the usual"
    sample, prediction = free_name("sample", context), free_name("prediction", context)
    net = one_line(model, context)
    lines = (
        _first_batch(found, sample, context)
        if found is not None
        else (f"{sample} = {torch.text}.as_tensor({one_line(named, context) if named is not None else ''})",)
    )
    device = f"{net}.device" if found is not None else f"next({net}.parameters()).device"
    example = ("input_example", sample)
    was_training = free_name("was_training", context)
    keeps_mode = runs_repeatedly(call.node, context)
    before = [
        *lines,
        # One row would fix the batch size of an export at one.
        f"{sample} = {torch.text}.cat([{sample}, {sample}])[:{_ROWS}].to({device})  # at least two rows",
        *((f"{was_training} = {net}.training",) if keeps_mode else ()),
        f"{net}.eval()",
    ]
    after = (f"{net}.train({was_training})",) if keeps_mode else ()
    if not is_missing(call, "signature"):
        return Addition((example,), (*before, f"{sample} = {sample}.cpu().numpy()"), after, torch.changes)
    before += [f"with {torch.text}.no_grad():", f"    {prediction} = {net}({sample}).cpu().numpy()"]
    before.append(f"{sample} = {sample}.cpu().numpy()")
    signature = ("signature", f"{infer.text}({sample}, {prediction})")
    return Addition((signature, example), (*infer.lines, *before), after, _merged(torch, infer))


def _merged(*references: Reference) -> tuple[Change, ...]:
    return tuple(change for item in references for change in item.changes)


def _first_batch(found: Sample, name: str, context: Context) -> tuple[str, ...]:
    loader = one_line(found.data, context)
    if found.kind == "datamodule":
        loader = f"{loader}.train_dataloader()"
    return (f"{name} = next(iter({loader}))", f"{name} = {name}[0] if isinstance({name}, (list, tuple)) else {name}")


def _obstacle(model: ast.expr, context: Context) -> str:
    """Say why a model cannot be fed with one tensor; "" when nothing is known against it."""
    value = context.resolve(model)
    if not isinstance(value, LocalInstance):
        return ""
    methods = {item.name: item for item in value.node.body if isinstance(item, (ast.FunctionDef, ast.AsyncFunctionDef))}
    forward, step = methods.get("forward"), methods.get("training_step")
    bases = {ast.unparse(base).rpartition(".")[2] for base in value.node.bases}
    if forward is None:
        return "its class has no `forward`; add a signature by hand" if bases <= {"LightningModule", "Module"} else ""
    arguments = [*forward.args.posonlyargs, *forward.args.args]
    if len(arguments) - len(forward.args.defaults) > 2:
        return "its `forward` takes several inputs; add a signature by hand"
    returns = [item.value for item in ast.walk(forward) if isinstance(item, ast.Return)]
    if any(isinstance(item, (ast.Tuple, ast.Dict, ast.List)) for item in returns):
        return "its `forward` gives several outputs, which MLflow's PyTorch flavor cannot serve"
    keys = [
        item
        for item in (ast.walk(step) if step is not None else ())
        if isinstance(item, ast.Subscript)
        and isinstance(item.slice, ast.Constant)
        and isinstance(item.slice.value, str)
    ]
    return "its batches are dicts; add a signature by hand" if keys else ""
