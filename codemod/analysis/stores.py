"""Which tracking store has a run, and does MLflow still ask that one where the run is used?

MLflow's own functions ask the store that was set last, anywhere in the program: by `mlflow.set_tracking_uri` or by the environment. A
run is surely in the current store only where nothing that runs between the call that found it and its use may set another one. What
stands between is looked through, into the functions of the namespace; a function of another file counts as one that sets a store as
soon as some other file can.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.other_stores import (
    CLIENT,
    SETTERS,
    is_current_uri,
    is_of_other_store,
    is_other,
    set_here,
    stores_here,
    whole_of,
)
from codemod.analysis.runs import WAITING
from codemod.analysis.runs_between import RUNNING, runs_between
from codemod.analysis.store_settings import environment_settings
from codemod.names import (
    Foreign,
    Instance,
    LocalFunction,
    LocalInstance,
    Mlflow,
    OwnFunction,
    OwnInstance,
    Partial,
    Unknown,
    Value,
)
from codemod.names.nodes import dotted_text, function_name
from codemod.names.objects import imported

if TYPE_CHECKING:
    from codemod.analysis.calls import BoundCall
    from codemod.analysis.context import Context

_FLUENT = frozenset(
    f"mlflow.{name}" for name in ("start_run", "active_run", "last_active_run", "get_run", "search_runs")
)
_SET = "set_tracking_uri"
#: Packages that set MLflow's store for their users, and what reads settings into the environment.
_OTHER_SETTERS = ("dagshub", "load_dotenv")
_CELLS = ("%run", "%env", "%set_env", "run_line_magic")
_DEPTH = 12
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


@dataclass(frozen=True, slots=True)
class FoundRun:
    """Where a run was found.

    Attributes:
        place: The code at which the current store had it; None where nobody can tell.
        elsewhere: Whether it certainly is in another store than the one that MLflow's own functions ask.
    """

    place: ast.AST | None
    elsewhere: bool = False


#: What is said of a run of which nobody can tell.
UNTOLD = FoundRun(None)


def found_at(node: ast.expr, context: Context) -> FoundRun:
    """Say where the current store had a run, by following an expression for it to the call that found it."""
    origin = _origin(node, context)
    call = context.call(origin) if isinstance(origin, ast.Call) else None
    if call is not None and call.path.startswith(f"{CLIENT}."):
        return _by_client(call, context)
    if call is not None:
        return FoundRun(origin) if call.path in _FLUENT else UNTOLD
    if context.project.client_stores:
        # Whoever gives the run may have it from such a client.
        return FoundRun(None, elsewhere=is_of_other_store(whole_of(node), context))
    if isinstance(origin, ast.Call) and isinstance(context.resolve(origin.func), (LocalFunction, Unknown)):
        # It may end with another store than it found the run in.
        return FoundRun(origin) if not _risk(origin, context, set()) else UNTOLD
    return FoundRun(node) if _is_set_first(node, context) else UNTOLD


def _origin(node: ast.expr, context: Context) -> ast.expr:
    """Follow a run, a part of it, or a client to the expression that made it."""
    names = context.names
    for _ in range(_DEPTH):
        if isinstance(node, ast.Attribute) and node.attr in ("info", "data"):
            node = node.value
        elif isinstance(node, ast.Subscript):
            node = node.value
        elif isinstance(node, (ast.Name, ast.Attribute)):
            source = names.source_of(node)
            if source is None:
                return node
            node = source
        else:
            return node
    return node


def _by_client(call: BoundCall, context: Context) -> FoundRun:
    function = call.node.func
    if not isinstance(function, ast.Attribute):
        return UNTOLD
    made = _origin(function.value, context)
    built = context.call(made) if isinstance(made, ast.Call) else None
    if built is None or built.path != CLIENT:
        # A parameter, what a function gives, a client of another module: it may be one of those that are given a store.
        if context.project.client_stores:
            return FoundRun(None, elsewhere=is_of_other_store(function.value, context))
        return FoundRun(made) if _is_set_first(made, context) else UNTOLD
    uri = built.get("tracking_uri")
    if uri is None and not _shows_all(built):
        return FoundRun(None, elsewhere=is_of_other_store(function.value, context))
    if uri is None or is_current_uri(uri.value):
        return FoundRun(built.node)  # a client keeps the store that is current when it is made
    if set_here(context) == {ast.unparse(uri.value)} and len(context.project.stores) == 1 and not _others_set(context):
        return FoundRun(call.node)
    return FoundRun(None, elsewhere=is_other(uri.value, context))


def _shows_all(call: BoundCall) -> bool:
    """Return whether all that a call gives is seen in it: nothing that is unpacked, and nothing that a partial has, or gets later."""
    return call.star is None and call.open_kwargs is None and not call.bound and not call.makes_partial


def has_own_stores(call: BoundCall, context: Context) -> bool:
    """Return whether the client of a call was plainly given a tracking server or a registry that MLflow's own functions do not ask."""
    function = call.node.func
    made = _origin(function.value, context) if isinstance(function, ast.Attribute) else None
    built = context.call(made) if isinstance(made, ast.Call) else None
    if built is None or built.path != CLIENT:
        return False
    for parameter, setter in (("tracking_uri", "mlflow.set_tracking_uri"), ("registry_uri", "mlflow.set_registry_uri")):
        given = built.get(parameter)
        asked = {ast.unparse(item.arguments[0].value) for item in context.facts.called(setter) if item.arguments}
        if given is not None and not is_current_uri(given.value) and ast.unparse(given.value) not in asked:
            return True
    return False


def is_current(place: ast.AST | None, use: ast.AST, context: Context) -> bool:
    """Return whether MLflow certainly asks the same store at a use that it asked at a place that has run before.

    Args:
        place: The place; None for one that nobody knows.
        use: The use.
        context: Their namespace.
    """
    if place is None:
        return False
    if not (_calls(context) or environment_settings(context) or _is_handed_on(context) or _others_set(context)):
        between = runs_between(place, use, context)
        return not any(_is_unread(n, context) or _import_sets(n, context) or _gives_way(n, context) for n in between)
    scopes = context.names.scopes
    if _is_handed_on(context):
        return False
    if scopes.scope(place) is not scopes.scope(use):
        return _is_set_first(place, context) and _is_set_first(use, context)
    if _magics_between(place, use, context):
        return False
    return not any(_risk(node, context, set()) for node in runs_between(place, use, context))


def sets_between(place: ast.AST, use: ast.AST, context: Context) -> bool:
    """Return whether the code sets the store in so many words between a place and a use: MLflow asks another one there."""
    named = {node for node in environment_settings(context) if context.facts.variables_set(node)}
    return not {*named, *(call.node for call in _calls(context))}.isdisjoint(runs_between(place, use, context))


def _gives_way(node: ast.AST, context: Context) -> bool:
    """Return whether a generator leaves the program to whoever asks it, in a project that names stores."""
    return isinstance(node, (ast.Yield, ast.YieldFrom)) and bool(context.project.stores)


def _is_set_first(node: ast.AST, context: Context) -> bool:
    """Return whether no code sets a store but the top level of this file, before a place: then it is the same in all functions behind."""
    scopes = context.names.scopes
    if _is_handed_on(context) or _others_set(context):
        return False
    return all(
        scopes.scope(item) is scopes.module
        and scopes.order(item) < scopes.order(node)
        and not any(isinstance(ancestor, _LOOPS) for ancestor in scopes.ancestors(item))
        for item in _setting(context)
    )


def _risk(node: ast.AST, context: Context, seen: set[ast.AST]) -> bool:
    """Return whether a call, import or assignment may set another store."""
    if node in environment_settings(context) or _gives_way(node, context):
        return True
    if isinstance(node, WAITING):
        return _any_function_sets(context)
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return _others_set(context) or _import_sets(node, context)
    if isinstance(node, ast.withitem):
        value = context.resolve(node.context_expr)
        return not isinstance(value, (Mlflow, Instance, Foreign)) and _any_function_sets(context)
    if isinstance(node, ast.Attribute):
        return _is_property(node, context) and _any_function_sets(context)
    if not isinstance(node, ast.Call):
        return False
    return any(_may_set(value, written, context, seen) for written, value in _called(node, context))


def _import_sets(node: ast.AST, context: Context) -> bool:
    """Return whether a node imports something of the project that may set a store: some other file names one, and may do so on import."""
    if not isinstance(node, (ast.Import, ast.ImportFrom)) or not context.project.stores - stores_here(context):
        return False
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    return getattr(node, "level", 0) > 0 or any(isinstance(imported(module), Unknown) for module in modules)


def _is_property(node: ast.Attribute, context: Context) -> bool:
    """Return whether reading an attribute runs a method of the project."""
    parent = context.names.scopes.parent(node)
    if not isinstance(node.ctx, ast.Load) or (isinstance(parent, ast.Call) and parent.func is node):
        return False
    owner = context.resolve(node.value)
    if isinstance(owner, LocalInstance):
        members = context.names.scopes.attributes.get(owner.node, {}).get(node.attr, ())
        return any(member.kind == "definition" for member in members)
    return isinstance(owner, OwnInstance) and isinstance(context.resolve(node), OwnFunction)


def _called(node: ast.Call, context: Context) -> Iterator[tuple[ast.expr, Value]]:
    """Return what a call calls, and what it is given that may be called."""
    function = context.resolve(node.func)
    yield node.func, function
    if isinstance(function, Mlflow):
        return
    for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
        if isinstance(argument, (ast.Name, ast.Attribute)):
            value = context.resolve(argument)
            if isinstance(value, (LocalFunction, Mlflow, Partial)):
                yield argument, value


def _may_set(value: Value, written: ast.expr, context: Context, seen: set[ast.AST]) -> bool:
    """Return whether calling a value may set another store."""
    if isinstance(value, Partial):
        return _may_set(value.function, written, context, seen)
    if isinstance(value, Mlflow):
        return value.path in SETTERS
    if isinstance(value, Instance):
        return False
    name = function_name(written)
    if isinstance(value, Foreign):
        return name in _OTHER_SETTERS or dotted_text(written).partition(".")[0] in _OTHER_SETTERS
    if isinstance(value, LocalFunction) and not getattr(value.node, "decorator_list", ()):
        return _sets_inside(value.node, context, seen)
    if isinstance(value, Unknown) and isinstance(written, ast.Name) and hasattr(builtins, written.id):
        return False
    return _is_unread(written, context) or _any_function_sets(context)


@once
def _any_function_sets(context: Context) -> bool:
    """Return whether some function of the project may set a store: who calls what nobody can tell may call it."""
    inside = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
    return _others_set(context) or any(
        isinstance(item, inside) for node in _setting(context) for item in context.names.scopes.ancestors(node)
    )


def _sets_inside(function: ast.AST, context: Context, seen: set[ast.AST]) -> bool:
    """Return whether something in a function of the namespace may set a store."""
    if function in seen:
        return False
    seen.add(function)
    return any(_risk(node, context, seen) for node in ast.walk(function) if isinstance(node, RUNNING))


def _is_unread(node: ast.AST, context: Context) -> bool:
    """Return whether a call is one of a name that comes from a module that is not read."""
    function = node.func if isinstance(node, ast.Call) else node
    while isinstance(function, ast.Attribute):
        function = function.value
    if not isinstance(function, ast.Name) or not isinstance(context.resolve(function), Unknown):
        return False
    if context.names.is_bound(function.id, function):
        return bool(context.names.imports(function))
    return bool(context.names.scopes.module.stars) and not hasattr(builtins, function.id)


def _others_set(context: Context) -> bool:
    """Return whether another file may set a store while this one runs."""
    return not context.project.setting_stores <= {context.path}


def _magics_between(place: ast.AST, use: ast.AST, context: Context) -> bool:
    """Return whether a magic of a notebook between two places runs other code, or sets the environment."""
    if context.kind == "python":
        return False
    first, last = sorted((context.cell(place), context.cell(use)))
    texts = (context.lines(cell).text for cell in range(first, last + 1) if cell in context.trees)
    return any(word in text for text in texts for word in _CELLS)


@once
def _calls(context: Context) -> tuple[BoundCall, ...]:
    """Return the calls that set a store."""
    return context.facts.called(*SETTERS)


def _setting(context: Context) -> tuple[ast.AST, ...]:
    return (*(call.node for call in _calls(context)), *environment_settings(context))


@once
def _is_handed_on(context: Context) -> bool:
    """Return whether the function that sets a store is not only called, but handed to other code, which may call it at any time."""
    scopes = context.names.scopes
    called = {call.node.func for call in _calls(context)}
    named = (node for node in scopes.of(ast.Attribute) if node.attr == _SET)
    aliases = {alias.asname or alias.name for alias in scopes.of(ast.alias) if alias.name == _SET}
    plain = (node for node in scopes.of(ast.Name) if node.id in aliases)
    if any(node not in called and isinstance(context.resolve(node), Mlflow) for node in (*named, *plain)):
        return True
    return any(node.value == _SET for node in scopes.of(ast.Constant))
