"""Clients of another tracking store than the one that MLflow's own functions ask, in this file and in those that it has them from."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.origins import origins
from codemod.analysis.store_settings import environment_settings, reads_store
from codemod.analysis.texts import text_of
from codemod.names import OwnFunction
from codemod.names.nodes import function_name
from codemod.names.reads import stores_named

if TYPE_CHECKING:
    from codemod.analysis.calls import BoundCall
    from codemod.analysis.context import Context

CLIENT = "mlflow.MlflowClient"
#: What of MLflow makes another store the current one.
SETTERS = frozenset({"mlflow.set_tracking_uri", "mlflow.login"})


def is_current_uri(node: ast.expr) -> bool:
    """Return whether an expression asks MLflow for the store that is set."""
    return isinstance(node, ast.Call) and function_name(node.func) in ("get_tracking_uri", "get_registry_uri")


@once
def set_here(context: Context) -> frozenset[str]:
    """Return what the namespace makes the current store, as it is written."""
    calls = context.facts.called(*SETTERS)
    return frozenset(ast.unparse(call.arguments[0].value) for call in calls if call.arguments)


@once
def stores_here(context: Context) -> frozenset[str]:
    """Return the stores that the file names, as it writes them."""
    return stores_named(context.text.encode("utf-8", "replace"))


def is_other(uri: ast.expr, context: Context) -> bool:
    """Return whether a client that is given a store asks another one than MLflow's own functions, as far as the code shows."""
    sources = _with_defaults(origins(uri, context), context)
    if any(map(is_current_uri, sources)):
        return False
    if set_here(context):
        return not _is_set(sources, context)  # what the environment named before may be another one
    if environment_settings(context) or any(map(reads_store, sources)):
        return False
    known = next((text for source in sources if (text := text_of(source, context.names).start)), "")
    # What nobody sees may be what another file sets.
    named = {text.strip("\"'") for text in context.stores_elsewhere - stores_here(context)}
    return bool(known) and known not in named and ast.unparse(uri) not in named


def _with_defaults(sources: list[ast.expr], context: Context) -> list[ast.expr]:
    """Return what a value may be, also where a parameter is given nothing."""
    defaults = (context.names.default(each) for each in sources if isinstance(each, ast.Name))
    return [*sources, *(each for default in defaults if default is not None for each in origins(default, context))]


def _is_set(sources: Iterable[ast.expr], context: Context) -> bool:
    calls = context.facts.called(*SETTERS)
    given = (item for call in calls if call.arguments for item in origins(call.arguments[0].value, context))
    return not {ast.unparse(item) for item in sources}.isdisjoint(ast.unparse(item) for item in given)


def has_other_store(call: BoundCall, context: Context) -> bool:
    """Return whether a call makes a client of another store than the current one."""
    uri = call.get("tracking_uri") if call.path == CLIENT else None
    return uri is not None and is_other(uri.value, context)


def whole_of(node: ast.expr) -> ast.expr:
    """Return the run or the list of runs of which an expression is a part."""
    while isinstance(node, ast.Subscript) or (isinstance(node, ast.Attribute) and node.attr in ("info", "data")):
        node = node.value
    return node


def is_of_other_store(node: ast.expr, context: Context) -> bool:
    """Return whether a value comes from a client of another store, or is one, wherever that client is made."""
    found = [*origins(node, context)]
    for each in found:
        source = whole_of(each)
        call = context.call(source) if isinstance(source, ast.Call) else None
        if call is not None and has_other_store(call, context):
            return True
        if call is None and _is_elsewhere(source, context):
            return True
        function = call.node.func if call is not None and call.path.startswith(f"{CLIENT}.") else None
        if isinstance(function, ast.Attribute):
            found += (before for before in origins(function.value, context) if before not in found)
    return False


def _is_elsewhere(node: ast.expr, context: Context) -> bool:
    """Return whether another file gives such a value, by a fixture or a function."""
    names = context.names
    if isinstance(node, ast.Call):
        value: object = context.resolve(node.func)
    elif isinstance(node, ast.Name) and names.parameter(node) is not None and names.elsewhere.modules.by_name:
        value = names.elsewhere.modules.fixture_itself(names.elsewhere.path, node.id)
    else:
        return False
    return isinstance(value, OwnFunction) and value.other_store
