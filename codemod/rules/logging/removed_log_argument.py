"""MLF106: arguments of log_model and save_model that MLflow 3 does not take any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.handed import HandedArgument
from codemod.analysis.left_out_keys import lacking
from codemod.analysis.once import once
from codemod.analysis.open_keys import keys_that_may_come
from codemod.findings import Safety, Severity
from codemod.rewriting.edits import CallChange, DropKeyword, RenameKeyword
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.arguments import (
    MODEL_FUNCTIONS,
    flavor,
    name_from,
    removed_in,
    rename,
    writes_model,
)
from codemod.rules.logging.removed_log_argument_examples import EXAMPLES
from codemod.rules.removed.removals import MODEL_ARGUMENTS, Fate, Removal
from codemod.rules.selectors import calls, handed_to

# `save_model` takes any keyword there and does not look at it (`mlflow/transformers/__init__.py`), or records it with the task
# (`mlflow/openai/model.py`). The others refuse it themselves, or hand it on to a library that does.
_SWALLOWING = ("transformers", "openai")
# What had no effect on MLflow 2 either.
_WITHOUT_EFFECT = ("example_no_conversion",)


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if not writes_model(call.path):
        return
    brought = [keyword.value for keyword in call.node.keywords if keyword.arg is None]
    taken = lacking(brought[0], context.names) if len(brought) == 1 else None
    for argument in call.arguments:
        parameter = argument.parameter
        if argument.keys and taken is not None and taken.has_not(parameter or ""):
            continue
        if parameter is None or not removed_in(call.path, parameter, context.target.release):
            continue
        removal = MODEL_ARGUMENTS.get(parameter)
        if removal is None:
            continue  # an argument that left during 2.x: rules about its flavor speak of it
        yield replace(_match(call, argument, parameter, removal, context), severity=_severity(call, parameter))
    if call.open_kwargs is not None:
        yield from _open(call, call.open_kwargs, context)


def _open(call: BoundCall, brought: ast.expr, context: Context) -> Iterator[Match]:
    """Report the keys that ``**options`` may bring where nobody can tell all of them."""
    for name, place in keys_that_may_come(brought, context):
        removal = MODEL_ARGUMENTS.get(name)
        if removal is None or not removed_in(call.path, name, context.target.release) or call.get(name) is not None:
            continue
        message = _goes_on(name, call.path, removal)
        if _told(context).setdefault((place, message), call.node) is call.node:
            yield Match(place, message, Safety.MANUAL, severity=_severity(call, name))


@once
def _told(_context: Context) -> dict[tuple[ast.expr, str], ast.Call]:
    """Return the keys that were reported, each with the first call that gets it: many may get one dict."""
    return {}


def _severity(call: BoundCall, parameter: str) -> Severity:
    """Return what a function does with an argument that it has no more: most of them end in a `TypeError`."""
    if flavor(call.path) not in _SWALLOWING:
        return Severity.BREAKS
    return Severity.ADVICE if parameter in _WITHOUT_EFFECT else Severity.CHANGES


def _check_handed(argument: HandedArgument, _call: ast.Call, context: Context) -> Iterator[Match]:
    """Report a keyword that a function of the project hands on by its ``**kwargs``."""
    name, to = argument.keyword or "", argument.handed.to
    removal = MODEL_ARGUMENTS.get(name) if argument.handed.parameter == "**" else None
    if removal is None or not writes_model(to) or not removed_in(to, name, context.target.release):
        return
    yield Match(argument.value, _goes_on(name, to, removal), Safety.MANUAL)


def _goes_on(name: str, to: str, removal: Removal) -> str:
    advice = f"it is `{removal.to}` now" if removal.fate is Fate.ARGUMENT_RENAMED else removal.advice
    return f"`{name}=` goes on to `{to}`, which does not take it in MLflow 3: {advice}"


def _match(call: BoundCall, argument: Argument, parameter: str, removal: Removal, context: Context) -> Match:
    where = f"`{flavor(call.path)}.{call.path.rpartition('.')[2]}`"
    if removal.fate is Fate.ARGUMENT_RENAMED:
        message = f"`{parameter}=` of {where} is now `{removal.to}=`"
        if argument.index is not None:
            operations = name_from(call, argument.index, context.target.release, keep_artifact_path=context.target.both)
            if operations is not None:
                return Match(call.node, message, Safety.SAFE, (CallChange(call.node, tuple(operations)),))
        elif argument.keys:
            stays = context.stays(argument, call.node)
            if stays:
                return Match(call.node, f"{message}; kept: {stays}", Safety.MANUAL)
            changes = rename(call, argument, removal.to, context)
            if changes is not None:
                return Match(call.node, message, Safety.SAFE, changes)
        else:
            return Match(
                call.node, message, Safety.SAFE, (CallChange(call.node, (RenameKeyword(parameter, removal.to),)),)
            )
        return Match(call.node, f"{message}; the positional arguments cannot all be named", Safety.MANUAL)
    message = f"{where} of MLflow 3 has no `{parameter}`: {removal.advice}"
    if removal.fate is Fate.ARGUMENT_DROPPED and argument.keyword is not None:
        return Match(call.node, message, Safety.SAFE, (CallChange(call.node, (DropKeyword(parameter),)),))
    return Match(call.node, message, Safety.MANUAL)


RULE = Rule(
    code="MLF106",
    name="removed-log-argument",
    summary="Arguments of `log_model` and `save_model` that MLflow 3 does not take.",
    why="""\
MLflow 3.0 took arguments away that 2.x had deprecated: `code_path` of pyfunc (deprecated in 2.12, now `code_paths`),
`inference_config` of transformers (now `model_config`), `example_no_conversion` of pyfunc, langchain, openai, transformers and
sentence_transformers (without effect), `requirements_file` of pytorch, `sample_input` of spark and johnsnowlabs (MLeap), and in 3.13
`enable_mlserver`. Where a function has no `**kwargs` the old argument is a `TypeError`; where it has, it is swallowed or handed to
the library. Which function has which is read from the signatures of the releases. What a file in JSON or YAML holds that the code hands on
by `**` is reported there.""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(calls(*MODEL_FUNCTIONS, check=_check), handed_to(*MODEL_FUNCTIONS, check=_check_handed)),
    examples=EXAMPLES,
)
