"""What of the project's own may have a run active while other code runs: context managers, generators and decorators around a run."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.run_holders import (
    FUNCTIONS,
    entering_methods,
    leaves_run,
    names_start,
    starts_by_name,
    with_bases,
)
from codemod.analysis.sure_starts import surely_starts
from codemod.names import Instance, LocalClass, LocalFunction, LocalInstance, OwnClass, OwnFunction, OwnInstance, Value
from codemod.names.nodes import function_name
from codemod.names.scopes import Scopes
from codemod.names.words import imported_modules

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_RUN = Instance("mlflow.ActiveRun")
_WITH = (ast.With, ast.AsyncWith)
_LOOPS = (ast.For, ast.AsyncFor)
_BORDERS = (*FUNCTIONS, ast.ClassDef, ast.Lambda)
# So many context managers, generators and functions of the project may stand between a ``with`` and the start of the run.
_DEPTH = 3
# What stands before the names of the functions of a module that start a run at all, and of those that end one.
# Those that leave one active only on some of their ways have `?` before the name.
_DECORATING, _ENDING, _SOMETIMES = "@", "@!", "?"


def holds_run_around(node: ast.AST, context: Context, last: ast.AST | None = None) -> bool:
    """Return whether a node stands in a ``with`` or a loop of the same function that may have a run active by code of the project.

    Args:
        node: The node.
        context: The namespace.
        last: The outermost statement that is looked at; by default all around the node are.
    """
    scopes = context.names.scopes
    if not any(scopes.of(kind) for kind in (*_WITH, *_LOOPS)):
        return False  # branches may lie hundreds deep
    order, inside = scopes.order, node
    for ancestor in scopes.ancestors(node):
        if isinstance(ancestor, _BORDERS):
            return False
        if isinstance(ancestor, (*_WITH, *_LOOPS)) and inside in ancestor.body:
            before = [each for each in _entered(ancestor, context) if order(each) < order(node)]
            if any(_is_known_to_hold(each, context) for each in before):
                return True
        if ancestor is last:
            return False
        inside = ancestor
    return False


def decorates_with_run(node: ast.expr, context: Context) -> bool:
    """Return whether a decorator may have a run active around what it decorates: it is of the project, and starts one."""
    return _opens(node, context, 0, decorates=True)


def _is_known_to_hold(node: ast.expr, context: Context) -> bool:
    known = _known(context)
    if node not in known:
        known[node] = _opens(node, context, 0)
    return known[node]


@once
def _known(_context: Context) -> dict[ast.AST, bool]:
    """Return what `_is_known_to_hold` has found out."""
    return {}


@once
def _on_stacks(context: Context) -> list[ast.Call]:
    """Return the calls by which a stack enters something."""
    calls = context.names.scopes.of(ast.Call)
    return [call for call in calls if function_name(call.func) in ("enter_context", "enter_async_context")]


def _entered(statement: ast.AST, context: Context) -> Iterator[ast.expr]:
    """Return what a statement enters or loops over; with a stack, what its body lets this enter."""
    if isinstance(statement, _LOOPS):
        yield statement.iter
    elif isinstance(statement, _WITH):
        yield from (item.context_expr for item in statement.items)
        for call in _on_stacks(context):
            if any(ancestor is statement for ancestor in context.names.scopes.ancestors(call)):
                yield from call.args[:1]


def _opens(node: ast.expr, context: Context, depth: int, *, decorates: bool = False) -> bool:
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        node = source if source is not None else node
    starts = _decorates if decorates else _starts
    value = context.resolve(node)
    if value == _RUN or starts(value, context, depth):
        return True
    if not isinstance(node, ast.Call):
        return False
    function = node.func
    while isinstance(function, ast.Call):
        function = function.func  # `tracked("a")()`
    if starts(context.resolve(node.func), context, depth) or starts(context.resolve(function), context, depth):
        return True
    # `enumerate(folds())` and `closing(session())` hand on what they get.
    return any(isinstance(each, ast.Call) and depth < _DEPTH and _opens(each, context, depth + 1) for each in node.args)


def _starts(value: Value, context: Context, depth: int) -> bool:
    """Return whether something of the project leaves a run active for who calls, enters or loops over it."""
    if not isinstance(value, (LocalFunction, LocalClass, LocalInstance)):
        return _is_told(value, "", context)
    found, question = _leaving(context), (value.node, depth)
    if question not in found:
        found[question] = _leaves(value, context, depth)
    return found[question]


def _leaves(value: LocalFunction | LocalClass | LocalInstance, context: Context, depth: int) -> bool:
    def is_run(node: ast.expr) -> bool:
        return names_start(node) or (depth < _DEPTH and _opens(node, context, depth + 1))

    if isinstance(value, LocalFunction):
        return leaves_run(value.node, is_run)

    def bases_of(kind: ast.ClassDef) -> Iterator[ast.ClassDef]:
        bases = map(context.resolve, kind.bases)
        return (base.node for base in bases if isinstance(base, LocalClass))

    classes = with_bases(value.node, bases_of)
    if any(_is_told(context.resolve(base), "", context) for each in classes for base in each.bases):
        return True
    return any(leaves_run(method, is_run) for method in entering_methods(classes))


@once
def _leaving(_context: Context) -> dict[tuple[ast.AST, int], bool]:
    """Return what `_starts` has found out, with how deep it was asked."""
    return {}


def _decorates(value: Value, context: Context, depth: int) -> bool:
    """Return whether something of the project starts a run, wherever: what it gets, it may call within."""
    if not isinstance(value, (LocalFunction, LocalClass, LocalInstance)):
        return _is_told(value, _DECORATING, context)
    if names_start(value.node):
        return True
    if isinstance(value, (LocalClass, LocalInstance)) and depth < _DEPTH:
        if any(_decorates(context.resolve(base), context, depth + 1) for base in value.node.bases):
            return True
    within = (each for item in ast.walk(value.node) for each in _entered(item, context)) if depth < _DEPTH else ()
    return any(_opens(each, context, depth + 1) for each in within)


def _is_told(value: Value, how: str, context: Context) -> bool:
    """Return whether another file says that something of it starts a run."""
    if isinstance(value, OwnInstance):
        value = value.kind
    if isinstance(value, OwnFunction):
        path, name = value.place
    elif isinstance(value, OwnClass):
        path, name = value.path, value.name
    else:
        return False
    return bool(path) and how + name in context.names.elsewhere.modules.summary(path).opens


def opening_names(scopes: Scopes) -> Iterator[str]:
    """Return the functions, classes and methods (``Session.run``) of a module that leave a run active for others, by their names.

    Those that start one at all are told with an ``@`` before the name: a decorator may call within it what it gets.
    """
    seen: set[ast.AST] = set()
    leaving: set[str] = set()
    ending = _ending(scopes)
    yield from (f"{_ENDING}{name}" for name in ending)
    for call in scopes.of(ast.Call):
        if function_name(call.func) != "start_run":
            continue
        around = [item for item in scopes.ancestors(call) if isinstance(item, (*FUNCTIONS, ast.ClassDef))][-2:]
        outer = around[-1:]
        if len(around) > 1 and isinstance(around[-1], ast.ClassDef) and isinstance(around[0], FUNCTIONS):
            outer.append(around[0])
        for each in outer:
            if each not in seen:
                seen.add(each)
                name = each.name if each is around[-1] else f"{around[-1].name}.{each.name}"
                yield f"{_DECORATING}{name}"
                if not isinstance(each, ast.ClassDef) and leaves_run(each, names_start) and not _ends(each, ending):
                    leaving.add(name)
                    if not surely_starts(each.body, starts_by_name):
                        yield f"{_SOMETIMES}{name}"
    yield from _with_callers(leaving, scopes)
    if any(isinstance(each, ast.ClassDef) for each in seen):
        yield from _opening_classes(seen, scopes)


def starts_sometimes(call: ast.Call, context: Context) -> bool:
    """Return whether a call is one of a function of another file that starts a run only on some of its ways."""
    return _is_told(context.resolve(call.func), _SOMETIMES, context)


@once
def ends_elsewhere(context: Context) -> tuple[ast.Call, ...]:
    """Return the calls of functions of other files that end a run."""
    if not context.names.elsewhere.modules.by_name or "mlflow" not in context.text:
        return ()
    calls = (call for call in context.names.scopes.of(ast.Call) if isinstance(call.func, (ast.Name, ast.Attribute)))
    return tuple(call for call in calls if _is_told_to_end(context.resolve(call.func), context))


def _is_told_to_end(value: Value, context: Context) -> bool:
    if not isinstance(value, OwnFunction) or not value.place[0]:
        return False
    name = value.place[1].rpartition(".")[2]
    return f"{_ENDING}{name}" in context.names.elsewhere.modules.summary(value.place[0]).opens


def _ending(scopes: Scopes) -> frozenset[str]:
    """Return the functions of a module that end a run, and do not start another one then."""
    calls = (call for call in scopes.of(ast.Call) if function_name(call.func) == "end_run")
    around = (each for call in calls for each in scopes.ancestors(call) if isinstance(each, FUNCTIONS))
    return frozenset(each.name for each in around if not surely_starts(each.body, starts_by_name))


def _ends(function: ast.FunctionDef | ast.AsyncFunctionDef, ending: frozenset[str]) -> bool:
    """Return whether a function that waits for nobody calls another one that ends a run: the one that it has started may be over."""
    inside = [*ast.walk(function)] if ending else []
    if any(isinstance(each, (ast.Yield, ast.YieldFrom)) for each in inside):
        return False
    called = {function_name(each.func) for each in inside if isinstance(each, ast.Call)}
    return not called.isdisjoint(ending - {function.name})


def _with_callers(leaving: set[str], scopes: Scopes) -> set[str]:
    """Return the functions and methods that leave a run active with those of the module that call them, and do not end it."""
    found, new = set(leaving), set(leaving)
    for _ in range(_DEPTH if leaving else 0):
        lasts, further = {name.rpartition(".")[2] for name in new}, set[str]()
        for call in scopes.of(ast.Call):
            if function_name(call.func) not in lasts:
                continue
            function = next((each for each in scopes.ancestors(call) if isinstance(each, FUNCTIONS)), None)
            owner = scopes.parent(function) if function is not None else None
            owner_name = owner.name if isinstance(owner, ast.ClassDef) else ""
            name = f"{owner_name}.{function.name}".lstrip(".") if function is not None else ""
            starts = functools.partial(_leaves_active, known=frozenset(found), owner=owner_name)
            if function is not None and name not in found and leaves_run(function, names_start, starts):
                further.add(name)
        found |= further
        new = further
    return found


def _leaves_active(call: ast.Call, known: frozenset[str], owner: str) -> bool:
    """Return whether a call means one of some functions, or one of some methods of the same class."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id in known
    is_own = isinstance(function, ast.Attribute) and getattr(function.value, "id", "") in ("self", "cls")
    return isinstance(function, ast.Attribute) and is_own and f"{owner}.{function.attr}" in known


def starts_elsewhere(context: Context) -> Iterator[ast.Call]:
    """Return the calls of functions of other files that leave a run active."""
    modules = context.names.elsewhere.modules
    if not modules.by_name:
        return
    near = (modules.module(context.path, each) for each in imported_modules(context.names.scopes))
    parts = (modules.module(context.path, each.rpartition(".")[0]) for each in imported_modules(context.names.scopes))
    opening = [each for each in (*near, *parts) if each is not None and each.opens]
    called = {function_name(call.func) for call in context.names.scopes.of(ast.Call)} if opening else set()
    # Who calls a function of that module which ends a run, too, may have none.
    summaries = {
        each.path: each
        for each in opening
        if not any(name.removeprefix(_ENDING) in called for name in each.opens if name.startswith(_ENDING))
    }
    names = {name.rpartition(".")[2] for each in summaries.values() for name in each.opens}
    for call in context.names.scopes.of(ast.Call) if names else ():
        if function_name(call.func) in names:
            value = context.resolve(call.func)
            if isinstance(value, OwnFunction) and value.place[0] in summaries and _is_told(value, "", context):
                yield call


def _opening_classes(starting: set[ast.AST], scopes: Scopes) -> Iterator[str]:
    """Return the classes whose objects leave a run active where they are entered or looped over, of those that may start one."""
    by_name = {each.name: each for each in scopes.of(ast.ClassDef)}

    def bases_of(kind: ast.ClassDef) -> Iterator[ast.ClassDef]:
        return (by_name[base.id] for base in kind.bases if isinstance(base, ast.Name) and base.id in by_name)

    for kind in by_name.values():
        classes = with_bases(kind, bases_of)
        if not starting.isdisjoint(classes) and any(
            leaves_run(each, names_start) for each in entering_methods(classes)
        ):
            yield kind.name
