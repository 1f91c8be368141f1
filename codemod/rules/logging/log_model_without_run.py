"""MLF108: ``log_model`` does not start a run any more."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter

from codemod.analysis.calls import BoundCall
from codemod.analysis.context import Context
from codemod.analysis.entered import decorates_with_run, ends_elsewhere, starts_elsewhere, starts_sometimes
from codemod.analysis.handed import HandedArgument, handed_calls
from codemod.analysis.once import once
from codemod.analysis.runs import START_RUN
from codemod.analysis.sure_starts import StartsOfScope, surely_starts
from codemod.findings import Safety, Severity
from codemod.names import Instance, LocalClass, LocalFunction, Mlflow
from codemod.names.bindings import Scope
from codemod.names.flow import dominates
from codemod.names.nodes import dotted_text, line_of
from codemod.rewriting.edits import InsertStatements, RequireImport
from codemod.rules.base import Match, Rule
from codemod.rules.idioms.arguments import MODEL_LOG, takes_name
from codemod.rules.idioms.given import called_in_runs
from codemod.rules.idioms.run_stacks import entered_runs, has_run_around
from codemod.rules.logging.log_model_without_run_examples import EXAMPLES
from codemod.rules.logging.log_model_without_run_stack_examples import EXAMPLES as IN_STACKS
from codemod.rules.selectors import calls, handed_to

_STARTS_RUN = frozenset(
    f"mlflow.{name}"
    for name in "start_run log_param log_params log_metric log_metrics set_tag set_tags log_artifact log_artifacts log_text "
    "log_dict log_figure log_image log_table log_input log_inputs autolog evaluate get_artifact_uri projects.run".split()
)
# These start a run that ends with what they do: with the training that is logged, with the evaluation, with the other program.
_LASTING = _STARTS_RUN - {"mlflow.autolog", "mlflow.evaluate", "mlflow.projects.run"}
_STARTERS = tuple(sorted({path.rpartition(".")[2] for path in _LASTING}))
_LOGS = ("log", "log_explainer", "log_model")
_NEEDS_RUN = ("mlflow.active_run", "mlflow.last_active_run", "mlflow.search_runs")
# What MLflow 2 did within `log_model` (`_get_or_start_run` in `mlflow/tracking/fluent.py`).
_START = ("if mlflow.active_run() is None:", "    mlflow.start_run()")
_MODEL_INFO = Instance("mlflow.models.model.ModelInfo")


def _check(call: BoundCall, context: Context) -> Iterator[Match]:
    if _logs(call, context) and call.get("run_id") is None:
        yield from _judge(call.node, context)


def _check_handed(argument: HandedArgument, call: ast.Call, context: Context) -> Iterator[Match]:
    """Judge a call of a function of another file that logs what it is given."""
    handed = [each for each in handed_calls(context)[call] if each.handed.to.rpartition(".")[2] in _LOGS]
    if handed[:1] == [argument] and _is_logged_elsewhere(call, context):
        yield from _judge(call, context)


def _judge(node: ast.Call, context: Context) -> Iterator[Match]:
    if node is not _first_without_run(context):
        return
    ended, reader = _ended_before(node, context), _reader(node, context)
    if reader is None and ended is None:
        return
    if reader is None and _is_new(node, context):
        message = f"the run of line {ended} has ended, and `log_model` of MLflow 3 starts none: no run has this model"
        yield Match(node, message, Safety.MANUAL, severity=Severity.ADVICE)
        return
    severity = reader.severity if reader is not None else Severity.CHANGES
    needs = (
        f"line {reader.line} needs one"
        if reader is not None
        else f"the run of line {ended} has ended, so that no run has this model"
    )
    statement = context.names.scopes.statement(node)
    if isinstance(statement, (ast.Expr, ast.Assign, ast.AnnAssign, ast.Return)):
        message = f"MLflow 3 starts no run for `log_model`; {needs}: the fix starts one before, as MLflow 2 did"
        name = _mlflow(node.func, context)
        lines = tuple(line.replace("mlflow", name or "mlflow") for line in _START)
        start = InsertStatements(statement, lines, before=True)
        changes = (start,) if name else (start, RequireImport("mlflow", "", statement))
        yield Match(node, message, Safety.UNSAFE, changes, severity=severity)
    else:
        message = f"MLflow 3 starts no run for `log_model`; {needs}: put it into `with mlflow.start_run():`"
        yield Match(node, message, Safety.MANUAL, severity=severity)


def _is_new(node: ast.Call, context: Context) -> bool:
    """Return whether a call was written for MLflow 3: it names the model in a way that MLflow 2 refuses, as all code of the run did."""
    return any(keyword.arg == "name" for keyword in node.keywords) and not context.project.by_path


def _logs(call: BoundCall, context: Context) -> bool:
    """Return whether a call logs a model that has a name; `Model.log` is what the `log_model` of one's own flavors ends in."""
    return (takes_name(call.path, context.target.release) or call.path == MODEL_LOG) and not call.makes_partial


def _mlflow(function: ast.expr, context: Context) -> str:
    """Return the name of MLflow with which a function is spelled; "" when it is spelled without."""
    root = function
    while isinstance(root, ast.Attribute):
        root = root.value
    # Code that calls `mlflow.x.log_model` has the name, wherever it comes from.
    if dotted_text(function).startswith("mlflow."):
        return "mlflow"
    return root.id if isinstance(root, ast.Name) and context.resolve(root) == Mlflow("mlflow") else ""


def _is_logged_elsewhere(node: ast.Call, context: Context) -> bool:
    """Return whether a call is one of a function of another file that logs a model and starts no run for it."""
    if isinstance(context.resolve(node.func), (LocalFunction, LocalClass)):
        return False  # the call inside is judged itself
    hands = [each.handed for each in handed_calls(context).get(node, ())]
    logs = any(each.to.rpartition(".")[2] in _LOGS for each in hands)
    return logs and not any(each.starts or each.argument == "run_id" for each in hands)


@once
def _first_without_run(context: Context) -> ast.Call | None:
    """Return the call that logs the first model without a run: one finding says it for all."""
    calls = [call.node for call in context.facts.named(*_LOGS) if _logs(call, context)]
    calls += [call for call in handed_calls(context) if _is_logged_elsewhere(call, context)]
    calls.sort(key=context.names.scopes.order)
    return next((call for call in calls if not _may_have_run(call, context)), None)


def _may_have_run(node: ast.Call, context: Context) -> bool:
    """Return whether a run may be active at a call: around it, started before and not ended, or by code that calls its function."""
    scopes = context.names.scopes
    if has_run_around(node, context):
        return True
    scope, started = scopes.scope(node), _started(context)
    if scope.node in called_in_runs(context) or scope.node in _called_in_stacks(context):
        return True
    others = (other for other in started if other is not scope and not _comes_after(other, node, context))
    is_left_out = _is_started_sometimes(node, context)
    if any(
        _stays(other, started[other], context)
        for other in others
        if not is_left_out or _is_for_others(other, node, context)
    ):
        return True
    before = [start for start in started.get(scope, ()) if start < scopes.order(node)]
    return bool(before) and not is_left_out and _end_after(before[-1], node, context) is None


def _is_started_sometimes(node: ast.Call, context: Context) -> bool:
    """Return whether the code comes to a call also on a way on which it has started no run."""
    scope, known = context.names.scopes.scope(node), _starts_by_scope(context)
    if scope not in known:
        known[scope] = _starts_of(scope, context)
    return known[scope].leave_out(node, context)


@once
def _starts_by_scope(_: Context) -> dict[Scope, StartsOfScope]:
    """Return what `_starts_of` has found out."""
    return {}


def _starts_of(scope: Scope, context: Context) -> StartsOfScope:
    scopes = context.names.scopes
    calls = {call for call in _starting(context) if scopes.scope(call) is scope}
    sure = {call for call in calls if not starts_sometimes(call, context)}
    for other in _started(context):
        callers = {call for call in context.facts.callers.get(other.node, ()) if scopes.scope(call) is scope}
        calls |= callers
        if callers and surely_starts(getattr(other.node, "body", []), _starting(context).__contains__):
            sure |= callers
    return StartsOfScope(sorted(((scopes.order(call), call) for call in calls), key=itemgetter(0)), sure)


def _is_for_others(scope: Scope, node: ast.Call, context: Context) -> bool:
    """Return whether a function may be called by other code than that around a call."""
    calls = context.facts.callers.get(scope.node, ())
    return not calls or any(context.names.scopes.scope(call) is not context.names.scopes.scope(node) for call in calls)


def _comes_after(scope: Scope, node: ast.Call, context: Context) -> bool:
    """Return whether all calls of a function that are seen come after a node, in its own function: what it starts is not there yet."""
    scopes = context.names.scopes
    calls = context.facts.callers.get(scope.node, ())
    return bool(calls) and all(
        scopes.scope(call) is scopes.scope(node) and scopes.order(call) > scopes.order(node) for call in calls
    )


@once
def _called_in_stacks(context: Context) -> frozenset[ast.AST]:
    """Return the functions that are called within a ``with`` of a stack that ends a run."""
    callers = context.facts.callers.items()
    return frozenset(node for node, calls in callers if any(has_run_around(call, context) for call in calls))


def _is_decorated(function: ast.AST, context: Context) -> bool:
    """Return whether a decorator starts a run around what a function does."""
    return any(decorates_with_run(item, context) for item in getattr(function, "decorator_list", ()))


def _run_of_decorator(function: ast.AST, context: Context) -> ast.Call | None:
    """Return the call that starts a run around what a function does, in a decorator of the namespace."""
    decorators = getattr(function, "decorator_list", ())
    bare = (item.func if isinstance(item, ast.Call) else item for item in decorators)
    made = (context.resolve(item) for item in bare)
    nodes = {value.node for value in made if isinstance(value, (LocalFunction, LocalClass))}
    return next((call for call in _runs(context) if nodes and nodes & {*context.names.scopes.ancestors(call)}), None)


@once
def _runs(context: Context) -> list[ast.Call]:
    """Return the calls that start a run for a ``with``, or for a stack that is one."""
    calls = (call.node for call in context.facts.called(START_RUN))
    entered = entered_runs(context)
    return [call for call in calls if call in entered or isinstance(context.names.scopes.parent(call), ast.withitem)]


@once
def _started(context: Context) -> dict[Scope, list[int]]:
    """Return the scopes in which a call starts a run that stays, each with the places of such calls.

    What a function does that is called within runs alone starts none.
    """
    scopes = context.names.scopes
    found: dict[Scope, list[int]] = {}
    for call in _starting(context):
        found.setdefault(scopes.scope(call), []).append(scopes.order(call))
    return {scope: sorted(places) for scope, places in found.items() if not _is_within_runs(scope.node, context)}


@once
def _starting(context: Context) -> frozenset[ast.Call]:
    """Return the calls that start a run that stays: of MLflow, and of functions of other files."""
    scopes, found = context.names.scopes, set[ast.Call]()
    for call in context.facts.named(*_STARTERS):
        is_head = isinstance(scopes.parent(call.node), ast.withitem) or call.node in entered_runs(context)
        if call.path in _LASTING and not is_head and not has_run_around(call.node, context):
            found.add(call.node)
    found.update(own for own in starts_elsewhere(context) if not isinstance(scopes.parent(own), ast.withitem))
    return frozenset(found)


def _is_within_runs(function: ast.AST, context: Context) -> bool:
    """Return whether all calls of a function that are seen stand within a run."""
    if _is_decorated(function, context):
        return True
    calls = context.facts.callers.get(function, ())
    return bool(calls) and all(has_run_around(call, context) for call in calls)


def _stays(scope: Scope, starts: list[int], context: Context) -> bool:
    """Return whether a run that a scope starts may be active when it is left."""
    body = getattr(scope.node, "body", None)
    return not isinstance(body, list) or not body or _end_after(starts[-1], body[-1], context, at_last=True) is None


def _end_after(start: int, node: ast.AST, context: Context, *, at_last: bool = False) -> int | None:
    """Return the line of an ``end_run`` that is certainly called between a place and a node of the same scope.

    Args:
        start: The place.
        node: The node.
        context: The namespace.
        at_last: Whether the call may stand in the node itself, the last statement of a function.
    """
    scopes = context.names.scopes
    return next(
        (
            call.lineno
            for call in _ends(context)
            if start < scopes.order(call)
            and (at_last or scopes.order(call) < scopes.order(node))
            and scopes.scope(call) is scopes.scope(node)
            and dominates(scopes, scopes.statement(call), node)
        ),
        None,
    )


def _ends(context: Context) -> list[ast.Call]:
    """Return the calls that end a run, of MLflow and of functions of other files."""
    return [*(call.node for call in context.facts.called("mlflow.end_run")), *ends_elsewhere(context)]


def _ended_before(node: ast.Call, context: Context) -> int | None:
    """Return the line of the last run that has ended before a call, or before it is made.

    A function that logs runs where it is called; a run may be that of a function which is called before.
    """
    scopes = context.names.scopes
    scope = scopes.scope(node)
    places = [node, *(context.facts.callers.get(scope.node, ()) if scope is not scopes.module else ())]
    ended = [
        line
        for call, line in _endings(context)
        if any(
            scopes.scope(call) is scopes.scope(place) and scopes.order(call) < scopes.order(place) for place in places
        )
    ]
    return ended[-1] if ended else None


@once
def _endings(context: Context) -> list[tuple[ast.Call, int]]:
    """Return the calls behind which a run has ended, each with the line that starts or ends it."""
    found = [(call, call.lineno) for call in _runs(context)]
    found += [(call, call.lineno) for call in _ends(context)]
    for function, callers in context.facts.callers.items():
        of_decorator = _run_of_decorator(function, context)
        held = (call for call in _runs(context) if context.names.scopes.scope(call).node is function)
        run = of_decorator or next(held, None)
        found += [(call, run.lineno) for call in callers if run is not None]
    return sorted(found, key=lambda each: context.names.scopes.order(each[0]))


@dataclass(frozen=True, slots=True)
class _Reader:
    """A place that needs the run after the model was logged.

    Attributes:
        line: Its line.
        severity: What happens there without a run.
    """

    line: int
    severity: Severity


def _reader(node: ast.Call, context: Context) -> _Reader | None:
    """Return the place that needs the run after the model was logged, as it reads it or adds to it: the first of the worst ones."""
    order = context.names.scopes.order
    found = [
        _Reader(line_of(other), severity)
        for other in context.names.scopes.nodes()
        if order(other) > order(node) and (severity := _need(other, node, context)) is not None
    ]
    return min(found, key=lambda reader: reader.severity.rank, default=None)


def _need(other: ast.AST, node: ast.Call, context: Context) -> Severity | None:
    """Return what happens without a run at a place after a call that logs a model; None where none is needed."""
    scopes = context.names.scopes
    if isinstance(other, ast.Attribute) and other.attr == "run_id" and context.resolve(other.value) == _MODEL_INFO:
        return Severity.BREAKS if _is_looked_up(other, context) else Severity.CHANGES
    call = context.call(other) if isinstance(other, ast.Call) else None
    if call is None:
        return None
    if call.path in _NEEDS_RUN:
        if _only_ends(call.node, context):
            return None
        # Both functions that give a run give None: whatever is read of that is an error.
        is_read = isinstance(scopes.parent(other), ast.Attribute) and call.path != "mlflow.search_runs"
        return Severity.BREAKS if is_read else Severity.CHANGES
    adds = call.path in _STARTS_RUN - {START_RUN} and scopes.scope(other) is scopes.scope(node)
    return Severity.CHANGES if adds and not has_run_around(call.node, context) else None


def _only_ends(node: ast.Call, context: Context) -> bool:
    """Return whether code asks for a run only to end it: ``while mlflow.active_run(): mlflow.end_run()``."""
    scopes = context.names.scopes
    asking = next((item for item in scopes.ancestors(node) if isinstance(item, ast.stmt)), None)
    if not isinstance(asking, (ast.If, ast.While)) or node not in ast.walk(asking.test) or asking.orelse:
        return False
    ends = {call.node for call in context.facts.called("mlflow.end_run")}
    return all(isinstance(item, ast.Expr) and item.value in ends for item in asking.body)


def _is_looked_up(identifier: ast.Attribute, context: Context) -> bool:
    """Return whether a run's id is handed to a function of MLflow, by itself or in a URI: there is no run of the id None."""
    for ancestor in context.names.scopes.ancestors(identifier):
        if isinstance(ancestor, ast.Call):
            return context.call(ancestor) is not None
        if isinstance(ancestor, ast.stmt):
            return False
    return False


RULE = Rule(
    code="MLF108",
    name="log-model-without-run",
    summary="`log_model` outside a run starts none.",
    why="""\
In MLflow 2 a `log_model` without an active run started one, as `log_param` and `log_metric` do. In MLflow 3.0 a model does not need a run:
none is started, `info.run_id` is None and `active_run()` too (`Model.log` in `mlflow/models/model.py`). Code that reads the run
afterwards fails far from the cause. It is found where nothing around the call or before it starts a run, and something
reads one, adds to it, or had one of its own before. That one was there before is only advice in code that names all its models by `name=`:
most of it was written for MLflow 3.

The fix (unsafe) starts the run before the first model, as MLflow 2 did within `log_model`; it ends with the program or with `end_run`, as
before. It is unsafe because a `with mlflow.start_run():` around what belongs to the run mostly says better what is meant.""",
    safety=Safety.UNSAFE,
    severity=Severity.BREAKS,
    on=(calls("log_model", "log_explainer", MODEL_LOG, check=_check), handed_to(*_LOGS, check=_check_handed)),
    examples=(*EXAMPLES, *IN_STACKS),
)
