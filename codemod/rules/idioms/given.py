"""What the calls of one file give for the parameters of functions of other files, as far as it is of MLflow."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.entered import decorates_with_run, holds_run_around
from codemod.analysis.indirect import arguments_of, gives_items, indirect
from codemod.analysis.once import once
from codemod.analysis.origins import items_in
from codemod.analysis.recorded_values import written
from codemod.analysis.runs import START_RUN, run_around
from codemod.analysis.tracing import makes_traces
from codemod.analysis.uris import BY_WORD, classes_of, root_of_uri
from codemod.names import LocalClass, OwnClass, OwnFunction
from codemod.names.forms import KEPT
from codemod.rules.idioms.trace_tables import ROW, TABLE, is_row, is_trace_table
from codemod.settings import CALL, GIVEN, TRACED, Given

#: What a file holds that gives something of it, or gets it from another.
WORDS = (b"model_uri", b".source", b"artifact_uri", b"search_traces")
#: How a call itself is noted, of a function that logs what it is given, and that a run is active at it.
RUN = "start_run"
# What calls a function that it gets where it stands itself.
_SAME_THREAD = ("map", "filter", "starmap", "reduce")
_BY_ORIGIN = {origin: word for word, origin in BY_WORD.items()}


def given_by_calls(context: Context) -> Iterator[Given]:
    """Return what the calls of a namespace give for the parameters of functions of other files."""
    yield from _by_traces(context)
    for call in context.names.scopes.of(ast.Call):
        if not call.args and not call.keywords:
            continue
        yield from _given_by_call(call, call, context)
        other = indirect(call)
        if other is not None:
            yield from _given_by_call(other, call, context)


def _by_traces(context: Context) -> Iterator[Given]:
    """Tell of the functions of other files that code calls which makes traces: they may search for these."""
    if not makes_traces(context):
        return
    called = (context.resolve(call.func) for call in context.names.scopes.of(ast.Call))
    places = {each.place for each in called if isinstance(each, OwnFunction) and each.place[0]}
    modules = context.names.elsewhere.modules
    yield from (Given(*place, TRACED, "trace") for place in sorted(places) if modules.summary(place[0]).speaks)


def recorded_by(context: Context) -> frozenset[tuple[str, str]]:
    """Return under which keys a namespace keeps something of MLflow for others that read it later, each with what it is."""
    roots = ((key, root_of_uri(value, context)) for key, values in written(context).items() for value in values)
    return frozenset(
        (key, _BY_ORIGIN[root.origin])
        for key, root in roots
        if root is not None and root.origin in _BY_ORIGIN and not root.is_local
    )


def _given_by_call(call: ast.Call, place: ast.Call, context: Context) -> Iterator[Given]:
    """Return what a call gives, or one that code elsewhere makes for the call at a place."""
    called, modules = context.resolve(call.func), context.names.elsewhere.modules
    kind = isinstance(called, (OwnClass, LocalClass))
    function = context.names.attribute_of(called, "__init__") if kind else called
    if isinstance(function, OwnFunction) and function.place[0]:
        if leads_to_models(function.place[0], context):
            # No run is active in another thread or process, whatever is around `pool.map(train, seeds)`.
            is_here = call is place or (isinstance(place.func, ast.Name) and place.func.id in _SAME_THREAD)
            yield Given(*function.place, CALL, RUN if is_here and _has_run(place, context) else "")
        owner, parameters = function.place, function.parameters
    elif isinstance(called, OwnClass) and called.path:
        owner, parameters = (
            (called.path, f"{called.name}.__init__"),
            tuple(name for name, _, _ in called.fields if not name.startswith(KEPT)),
        )
    else:
        return
    takes = modules.summary(owner[0]).takes
    for parameter, value in arguments_of(call, parameters, context.names):
        values = items_in(value, context) if call is not place and gives_items(place) else ()
        found = (_what(each, context, takes) for each in (value, *values))
        yield Given(*owner, parameter, next((what for what in found if what), ""))


def _has_run(call: ast.Call, context: Context) -> bool:
    """Return whether a run is active at a call: around it, started before it in the same function, or at all calls of that."""
    scopes = context.names.scopes
    if run_around(call, context) is not None or holds_run_around(call, context):
        return True
    if scopes.scope(call).node in called_in_runs(context):
        return True
    return any(
        scopes.scope(each.node) is scopes.scope(call) and scopes.order(each.node) < scopes.order(call)
        for each in context.facts.called(START_RUN)
        if not isinstance(scopes.parent(each.node), ast.withitem)
    )


@once
def called_in_runs(context: Context) -> frozenset[ast.AST]:
    """Return the functions that are called while a run is active: by calls that the other files show, around them, or by such a function."""
    scopes = context.names.scopes
    functions = [*scopes.of(ast.FunctionDef), *scopes.of(ast.AsyncFunctionDef)]
    found: set[ast.AST] = {
        each
        for each in functions
        if context.calls_of(each) == {RUN}
        or any(decorates_with_run(item, context) for item in getattr(each, "decorator_list", ()))
    }
    callers = context.facts.callers
    for function, calls in callers.items():
        if any(run_around(call, context) is not None or holds_run_around(call, context) for call in calls):
            found.add(function)
    called: dict[ast.AST, set[ast.AST]] = {}
    for function, calls in callers.items():
        for call in calls:
            called.setdefault(scopes.scope(call).node, set()).add(function)
    waiting = list(found)
    while waiting:
        new = called.get(waiting.pop(), set())
        waiting += new - found
        found |= new
    return frozenset(found)


def leads_to_models(path: str, context: Context) -> bool:
    """Return whether the code of another file logs models, or imports a file that does."""
    modules, known = context.names.elsewhere.modules, _leading(context)
    if path not in known:
        summary = modules.summary(path)
        near = (modules.module(path, dotted) for dotted in summary.imports)
        known[path] = summary.logs or any(each is not None and modules.summary(each.path).logs for each in near)
    return known[path]


@once
def _leading(_context: Context) -> dict[str, bool]:
    """Return what `leads_to_models` has found out."""
    return {}


def _what(value: ast.expr, context: Context, takes: bool) -> str:
    if isinstance(value, (ast.Constant, ast.JoinedStr, ast.Lambda, ast.Compare)):
        return ""
    if is_trace_table(value, context):
        return TABLE
    if is_row(value, context):
        return ROW
    root = root_of_uri(value, context)
    if root is not None:
        return "" if root.is_local else _BY_ORIGIN.get(root.origin, "")
    return min(classes_of(value, context) & GIVEN, default="") if takes else ""
