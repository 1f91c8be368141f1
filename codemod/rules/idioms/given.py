"""What the calls of one file give for the parameters of functions of other files, as far as it is of MLflow."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.runs import START_RUN, run_around
from codemod.analysis.uris import BY_WORD, root_of
from codemod.names import OwnClass, OwnFunction
from codemod.rules.idioms.trace_tables import ROW, TABLE, is_row, is_table
from codemod.settings import CALL, Given

#: What a file holds that gives something of it, or gets it from another.
WORDS = (b"model_uri", b".source", b"artifact_uri", b"search_traces")
#: How a call itself is noted, of a function that logs what it is given, and that a run is active at it.
RUN = "start_run"
_BY_ORIGIN = {origin: word for word, origin in BY_WORD.items()}


def given_by(context: Context) -> Iterator[Given]:
    """Return what the calls of a namespace give for the parameters of functions of other files."""
    for call in context.names.scopes.of(ast.Call):
        if not call.args and not call.keywords:
            continue
        called = context.resolve(call.func)
        function = context.names.attribute_of(called, "__init__") if isinstance(called, OwnClass) else called
        if isinstance(function, OwnFunction) and function.place[0]:
            if any(handed.to.endswith(".log_model") or handed.argument == "log_model" for handed in function.hands):
                yield Given(*function.place, CALL, RUN if _has_run(call, context) else "")
            for parameter, value in _arguments(call, function.parameters):
                yield Given(*function.place, parameter, _what(value, context))


def _has_run(call: ast.Call, context: Context) -> bool:
    """Return whether a run is active at a call: around it, started before it in the same function, or at all calls of that."""
    scopes = context.names.scopes
    if run_around(call, context) is not None or context.calls_of(scopes.scope(call).node) == {RUN}:
        return True
    return any(
        scopes.scope(each.node) is scopes.scope(call) and scopes.order(each.node) < scopes.order(call)
        for each in context.facts.called(START_RUN)
        if not isinstance(scopes.parent(each.node), ast.withitem)
    )


def _arguments(call: ast.Call, parameters: tuple[str, ...]) -> Iterator[tuple[str, ast.expr]]:
    for parameter, value in zip(parameters, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        yield parameter, value
    yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None)


def _what(value: ast.expr, context: Context) -> str:
    if is_table(value, context):
        return TABLE
    if is_row(value, context):
        return ROW
    root = root_of(value, context)
    return _BY_ORIGIN.get(root.origin, "") if root is not None and not root.is_local else ""
