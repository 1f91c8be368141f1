"""What makes traces: MLflow's decorator, its spans and its autologging, and the functions around them, in other files too."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from itertools import chain

from codemod.analysis.context import Context
from codemod.analysis.once import once
from codemod.names import LocalFunction, Mlflow, Names, OwnFunction
from codemod.names.nodes import function_name
from codemod.names.words import imported_modules

# What makes a trace; one that another program made is written by the time that it is read.
_MAKES = frozenset(
    {"trace", "start_span", "start_trace", "autolog", "get_last_active_trace_id", "get_last_active_trace"}
)
# Autologging of these logs trainings, and makes no traces.
_TRAININGS = frozenset(
    "mlflow sklearn xgboost lightgbm keras tensorflow pytorch spark ml statsmodels fastai paddle gluon transformers".split()
)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_ROUNDS = 3


@once
def makes_traces(context: Context) -> bool:
    """Return whether code makes traces, or uses a function of the project that does."""
    return next(_makers(context.names), None) is not None or _uses_traced(context.names)


def traced_functions(names: Names) -> frozenset[ast.AST]:
    """Return the functions of a namespace that make a trace when they are called, as far as that is seen."""
    scopes = names.scopes
    found: set[ast.AST] = set()
    if logs_calls(names):
        return frozenset((*scopes.of(ast.FunctionDef), *scopes.of(ast.AsyncFunctionDef)))
    for maker in _makers(names):
        found.update(each for each in scopes.ancestors(maker) if isinstance(each, _FUNCTIONS))
    wrappers = names.elsewhere.modules.known_wrappers()
    for _ in range(_ROUNDS if found or wrappers else 0):
        wanted = {str(getattr(each, "name", "")) for each in found} | wrappers
        new = {
            each
            for call in scopes.of(ast.Call)
            if function_name(call.func) in wanted and _is_traced(call.func, names, found)
            for each in scopes.ancestors(call)
            if isinstance(each, _FUNCTIONS)
        }
        if new <= found:
            break
        found |= new
    return frozenset(found)


def logs_calls(names: Names) -> bool:
    """Return whether the top level of a namespace lets MLflow trace the calls of a library, such as by ``mlflow.openai.autolog()``."""
    return any(
        function_name(maker) == "autolog"
        and _is_of_calls(names.resolve(maker))
        and not any(isinstance(each, _FUNCTIONS) for each in names.scopes.ancestors(maker))
        for maker in _makers(names)
    )


def _is_traced(function: ast.expr, names: Names, found: Set[ast.AST]) -> bool:
    value = names.resolve(function)
    return (isinstance(value, OwnFunction) and value.traces) or (
        isinstance(value, LocalFunction) and value.node in found
    )


def _makers(names: Names) -> Iterator[ast.expr]:
    """Return what names one of MLflow's functions that make traces."""
    scopes = names.scopes
    written = chain(
        (node for node in scopes.of(ast.Attribute) if node.attr in _MAKES),
        (node for node in scopes.of(ast.Name) if node.id in _MAKES),
    )
    for node in written:
        value = names.resolve(node)
        if isinstance(value, Mlflow) and value.path.startswith("mlflow."):
            yield node


def _is_of_calls(value: object) -> bool:
    return isinstance(value, Mlflow) and value.path.split(".")[-2] not in _TRAININGS


def _uses_traced(names: Names) -> bool:
    modules, path = names.elsewhere.modules, names.elsewhere.path
    imported = (modules.module(path, dotted) for dotted in imported_modules(names.scopes)) if modules.by_name else ()
    if any(found is not None and modules.summary(found.path).traces for found in imported):
        return True
    wrappers = names.elsewhere.modules.known_wrappers()
    scopes = names.scopes
    written = chain(
        (node for node in scopes.of(ast.Attribute) if node.attr in wrappers),
        (node for node in scopes.of(ast.Name) if node.id in wrappers),
    )
    return any(_is_traced(node, names, frozenset()) for node in written) if wrappers else False
