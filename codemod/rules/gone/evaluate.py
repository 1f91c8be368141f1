"""MLF405: `mlflow.evaluate` is `mlflow.models.evaluate`, and comparing with a baseline is a call of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemod import mlflow_api
from codemod.analysis.calls import Argument, BoundCall
from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.analysis.texts import text_of
from codemod.findings import Safety, Severity
from codemod.names import Mlflow
from codemod.rewriting.edits import (
    DropKeyword,
    Operation,
    RenameKeyword,
    Replace,
    SetValue,
    UneditableError,
)
from codemod.rewriting.texts import rewrite_call
from codemod.rules.base import Match, Rule
from codemod.rules.gone.evaluate_examples import EXAMPLES
from codemod.rules.idioms.gone_arguments import check_arguments, functions
from codemod.rules.idioms.gone_names import check_names, leaves
from codemod.rules.selectors import LIBRARY, ImportStatement, attributes, calls, imports

_FUNCTIONS = ("mlflow.evaluate", "mlflow.models.evaluate")
_NAMES = leaves("MLF405")
_AGENT = "databricks-agent"
_VALIDATION = ("validation_thresholds", "baseline_model", "baseline_config")


def _check_name(node: ImportStatement | ast.Attribute, context: Context) -> Iterator[Match]:
    matches = check_names(node, context, "MLF405")
    yield from map(_by_hand, matches) if _evaluates_agent(node, context) else matches


def _evaluates_agent(node: ImportStatement | ast.Attribute, context: Context) -> bool:
    """Return whether the name is that of a call that evaluates an agent, or an import serves such a call."""
    if isinstance(node, ast.Attribute) and node.attr != "evaluate":
        return False
    for call in context.facts.called("mlflow.evaluate"):
        kind = call.get("model_type")
        if kind is not None and _may_be_agent(kind.value, context):
            if call.node.func is node or not isinstance(node, ast.Attribute) or not _is_called(node, context):
                return True
    return False


def _is_called(node: ast.Attribute, context: Context) -> bool:
    """Return whether a name is called where it stands; kept under another name, it may be that of any call."""
    parent = context.names.scopes.parent(node)
    return isinstance(parent, ast.Call) and parent.func is node


def _may_be_agent(kind: ast.expr, context: Context) -> bool:
    """Return whether a kind of model may be that of agents: it is, or a parameter has it from its default or from a call."""
    default = context.names.default(kind) if isinstance(kind, ast.Name) else None
    given = [*origins(kind, context), *([default] if default is not None else [])]
    return any(text_of(each, context.names).known == _AGENT for each in given)


def _by_hand(match: Match) -> Match:
    """Leave what evaluates an agent to a person: its successor takes other arguments and gives another result."""
    message = (
        f'an evaluation with `model_type="{_AGENT}"` belongs to `mlflow.genai.evaluate`, which takes scorers; '
        "`mlflow.evaluate` is deprecated"
    )
    return replace(match, message=message, safety=Safety.MANUAL, changes=())


def _check_call(call: BoundCall, context: Context) -> Iterator[Match]:
    if call.path in _FUNCTIONS and call.get("validation_thresholds") is not None:
        signature = mlflow_api.signature(call.path, context.target.release)
        if signature is not None and not signature.accepts("validation_thresholds"):
            yield _validated(call, context)
            return
    yield from check_arguments(call, context, "MLF405")


def _validated(call: BoundCall, context: Context) -> Match:
    message = (
        "`evaluate` of MLflow 3 validates nothing: `mlflow.validate_evaluation_results` takes thresholds and results"
    )
    try:
        text = _statements(call, context)
    except UneditableError:
        text = None
    statement = context.names.scopes.statement(call.node)
    if text is None or not isinstance(statement, (ast.Assign, ast.Expr)):
        return Match(call.node, message, Safety.MANUAL)
    return Match(call.node, message, Safety.UNSAFE, (Replace(statement, text),))


def _statements(call: BoundCall, context: Context) -> str | None:
    """Return the evaluation without validation, that of the baseline, and the validation of the results."""
    statement = context.names.scopes.statement(call.node)
    mlflow = _mlflow(call.node.func, context)
    if (
        mlflow is None
        or call.star is not None
        or call.open_kwargs is not None
        or not _stands_alone(call.node, statement)
    ):
        return None
    arguments = {name: call.get(name) for name in _VALIDATION}
    given = {name: found for name, found in arguments.items() if found is not None}
    if any(found.keyword is None for found in given.values()) or not _names_no_call(call, given):
        return None
    lines = context.lines(context.cell(call.node))
    indent = lines.text[lines.offset(call.node.lineno, 0) : lines.span(statement)[0]]  # type: ignore[arg-type]
    end = lines.span(statement)[1]  # type: ignore[arg-type]
    if indent.strip() or lines.text[end : end + 1] == ";":
        return None
    newline = "\r\n" if "\r\n" in lines.text else "\n"
    result = statement.targets[0].id if isinstance(statement, ast.Assign) else "evaluation_result"  # type: ignore[attr-defined]
    names = {
        name
        for scope in (context.names.scopes.scope(call.node), context.names.scopes.module)
        for name in scope.bindings
    }
    if "baseline_result" in names or (isinstance(statement, ast.Expr) and result in names):
        return None
    source = context.source(call.node)
    plain: tuple[Operation, ...] = tuple(DropKeyword(name) for name in given)
    made = [f"{result} = {rewrite_call(source, plain)}"]
    validation = (
        f"validation_thresholds={context.source(given['validation_thresholds'].value)}, candidate_result={result}"
    )
    if "baseline_model" in given:
        made.append(f"baseline_result = {rewrite_call(source, _for_baseline(call, given, context))}")
        validation += ", baseline_result=baseline_result"
    made.append(f"{mlflow}.validate_evaluation_results({validation})")
    return f"{newline}{indent}".join(made)


def _for_baseline(call: BoundCall, given: dict[str, Argument], context: Context) -> tuple[Operation, ...]:
    """Return what makes the baseline's evaluation of the model's: another model, and its own configuration."""
    model, configuration = call.get("model"), call.get("model_config")
    operations: list[Operation] = [DropKeyword("validation_thresholds")]
    if model is None:
        operations.append(RenameKeyword("baseline_model", "model"))
    else:
        place: int | str = model.index if model.index is not None else "model"
        operations += [SetValue(place, context.source(given["baseline_model"].value)), DropKeyword("baseline_model")]
    if configuration is not None and configuration.keyword is not None:
        operations.append(DropKeyword("model_config"))
    if "baseline_config" in given:
        operations.append(RenameKeyword("baseline_config", "model_config"))
    return tuple(operations)


def _mlflow(function: ast.expr, context: Context) -> str | None:
    """Return the name of MLflow's package in ``mlflow.evaluate`` or ``mlflow.models.evaluate``."""
    while isinstance(function, ast.Attribute):
        function = function.value
    return function.id if isinstance(function, ast.Name) and context.resolve(function) == Mlflow("mlflow") else None


def _stands_alone(node: ast.Call, statement: ast.AST) -> bool:
    """Return whether a statement is only the call, or gives its result one name."""
    if isinstance(statement, ast.Assign):
        return statement.value is node and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
    return isinstance(statement, ast.Expr) and statement.value is node


def _names_no_call(call: BoundCall, given: dict[str, Argument]) -> bool:
    """Return whether the arguments can be written a second time for the baseline without doing something twice."""
    values = [argument.value for argument in call.arguments]
    return "baseline_model" not in given or not any(
        isinstance(inner, (ast.Call, ast.Await, ast.NamedExpr)) for value in values for inner in ast.walk(value)
    )


RULE = Rule(
    code="MLF405",
    name="evaluate",
    summary="`mlflow.evaluate` is `mlflow.models.evaluate`, without `custom_metrics` and validation.",
    why="""\
`mlflow.evaluate` has been deprecated since 3.0: it warns and calls `mlflow.models.evaluate` (`mlflow/models/evaluation/deprecated.py`), which is the same
function on 2.x. For applications of language models MLflow recommends `mlflow.genai.evaluate`, which is another thing. So an evaluation with
`model_type="databricks-agent"` is only reported: MLflow 3 names `mlflow.genai.evaluate` for it, whose scorers and results a person must write.

3.0 removed four arguments, each of them a `TypeError` now (`mlflow/models/evaluation/base.py`): `custom_metrics`, which MLflow 2 took for
`extra_metrics`; and `validation_thresholds`, `baseline_model` and `baseline_config`, for which there is `mlflow.validate_evaluation_results` since 2.18.
Its arguments are the thresholds, the candidate's result and the baseline's, in this order. The fix makes the calls that MLflow 2 made
inside. It is unsafe: since 2.18 thresholds without a baseline were not looked at, and with one `evaluate` gave no result back.

`MetricThreshold(higher_is_better=)` is `greater_is_better`, which 2.x knows, too (`mlflow/models/evaluation/validation.py`).""",
    safety=Safety.SAFE,
    severity=Severity.BREAKS,
    on=(
        imports(*_NAMES, check=_check_name),
        attributes(*_NAMES, check=_check_name, needs=(LIBRARY,)),
        calls(*functions("MLF405"), check=_check_call),
    ),
    examples=EXAMPLES,
)
