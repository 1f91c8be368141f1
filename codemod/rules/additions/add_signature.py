"""MLF901: a model that says what it takes and gives, with an example; only when asked for."""

from __future__ import annotations

from collections.abc import Iterator

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import AddKeyword, CallChange, Change, InsertStatements, Operation, SetValue
from codemod.rules.additions.add_signature_examples import EXAMPLES
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.additions import simple_statement
from codemod.rules.idioms.signatures import addition_of, is_incomplete, is_missing
from codemod.rules.selectors import calls


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if not is_incomplete(call, context):
        return
    what = (
        "an input_example" if call.get("signature") is not None and not is_missing(call, "signature") else "a signature"
    )
    addition = addition_of(call, context)
    if isinstance(addition, str):
        yield Match(call.node, f"the model is logged without {what}; {addition}", Safety.MANUAL)
        return
    statement = simple_statement(call.node, context)
    assert statement is not None  # `addition_of` gives none for other statements
    operations: list[Operation] = []
    for name, value in addition.arguments:
        given = call.get(name)
        operations.append(AddKeyword(name, value) if given is None else SetValue(_place(given), value))
    changes: list[Change] = [CallChange(call.node, tuple(operations)), *addition.changes]
    if addition.before:
        changes.append(InsertStatements(statement, addition.before, before=True))
    if addition.after:
        changes.append(InsertStatements(statement, addition.after))
    message = f"the model is logged without {what}; the fix adds one"
    if addition.doubt:
        yield Match(call.node, f"{message} ({addition.doubt})", Safety.UNSAFE, tuple(changes))
    else:
        yield Match(call.node, message, Safety.SAFE, tuple(changes))


def _place(argument: Argument) -> int | str:
    return argument.index if argument.index is not None else argument.keyword or ""


RULE = Rule(
    code="MLF901",
    name="add-signature",
    summary="With `--add signature`: a model is logged with its signature and an example of its input.",
    why="""\
A signature says what a model takes and gives; with it MLflow checks what is sent to a served model, and the Unity Catalog takes no model
without one. An input example is stored beside the model, and serving is tried with it. MLflow 3 warns about models without them
(`mlflow/models/model.py`: "Model logged without a signature and input example"), and since 3.14 PyTorch's default format cannot do
without an example (`mlflow/pytorch/__init__.py`, MLF104).

The sample is what the code itself shows: the `X` of `model.fit(X, y)` before the call, the data of an XGBoost `DMatrix` or a LightGBM
`Dataset`, the loader of a Lightning trainer. The added code takes a batch of at least two rows of a loader through the model in eval mode
without gradients on the model's device: an export with one row would fix the batch size at one. Where the code shows no sample,
`--sample EXPRESSION` gives one: a variable, or an expression of variables that are set before the call. Calls that give a signature or
an example already are left alone (MLflow infers the signature from an example); with `--pytorch-format pt2` the example is added to a
signature. `mlflow.keras.log_model` gets a signature only: with Keras 3 it fails on any `input_example`, on MLflow 2 and 3, as it
writes it before the folder exists (`mlflow/keras/save.py`). The signature of a Keras model must be of arrays, so that its data goes
through `numpy.asarray`.

The added code asks the model for predictions of five rows, never of all the data. The inputs of the signature are read from all of it,
as only that says where values are missing. A call that would become longer than the lines of its file gets one argument a line. Once a
model has a signature, MLflow refuses inputs of other types.
It is safe only where the code shows that this works: the model is of a class that predicts, its data is a table of pandas or an array of
numpy, and nothing can have changed either since the training. Otherwise `--unsafe` adds it.""",
    safety=Safety.SAFE,
    severity=Severity.ADVICE,
    on=(calls("log_model", check=_check),),
    opt_in=True,
    examples=EXAMPLES,
)
