"""Keeps code as it is where a test stands in for what it calls: the code and its double move together, or both are reported."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from codemod.analysis.assigned_doubles import DATA, ROOT
from codemod.analysis.calls import BoundCall
from codemod.analysis.chosen_calls import chosen_calls
from codemod.analysis.conftests import is_test
from codemod.analysis.context import Context
from codemod.analysis.fallbacks import FALLBACK, strict_fallbacks
from codemod.analysis.mocks import LOGS, OLD, UNTOLD, covers, is_flavor, is_name_of_mlflow
from codemod.analysis.own_modules import MODULE
from codemod.analysis.read_sources import TEXT
from codemod.findings import Safety
from codemod.names import (
    LocalClass,
    LocalFunction,
    LocalInstance,
    Mlflow,
    OwnClass,
    OwnFunction,
    OwnInstance,
    OwnModule,
)
from codemod.names.nodes import written_name
from codemod.names.objects import is_mlflow
from codemod.rewriting.edits import (
    CallChange,
    InsertStatements,
    RenameAttribute,
    RenameFunction,
    Replace,
    RequireImport,
)
from codemod.rules.base import Match
from codemod.rules.idioms.read_texts import readers_of
from codemod.settings import Double

_DOES = {"name": "stands in for it", TEXT: "reads the text of this code"}
# A name that the code itself has for a function of MLflow.
_ALIAS = "alias"
_OWN = (LocalClass, LocalFunction, OwnClass, OwnFunction)
_OWNERS = (LocalClass, LocalInstance, OwnClass, OwnInstance, OwnModule)
# So many calls, attributes and variables may stand between a call and what gives its function.
_STEPS = 8


def held_by_doubles(match: Match, context: Context) -> Match:
    """Return a match whose fix is not safe any more where a test would notice it."""
    if match.safety is Safety.MANUAL or not match.changes:
        return match
    if any(place.node is match.node for place in context.doubles):
        return match  # the double itself, which moves
    changed = [change.node for change in match.changes if isinstance(change, (Replace, RenameAttribute))]
    asked = (each for node in changed for each in _of_asked(node, context))
    touched = dict.fromkeys((*_touched(match, context), *asked))
    doubles = [double for path, what in touched if what != _ALIAS for double in context.doubles_of(path, what)]
    # Whether what stands for a name of the code's own takes other arguments, nobody can tell.
    aliased = (double for path, what in touched if what == _ALIAS for double in context.doubles_of(path, "name"))
    doubles += [replace(double, what="arguments") for double in aliased]
    doubles = [double for double in doubles if double.path != ROOT or _is_of_fakes(double, context)]
    doubles += [*_without_mlflow(match, context), *readers_of(match, context)]
    if not doubles:
        return match
    stays = [double for double in doubles if double.what == "name" and not double.moves]
    found = (stays or doubles)[0]
    does = _DOES.get(found.what, "depends on its arguments")
    # What is unsafe stays so: the readers of a stage or of a model's name follow a change that other files know of already.
    message = f"{match.message}; {found.where or 'code of this file'} {does}: change both together"
    if stays and match.safety is Safety.SAFE:
        return replace(match, message=message, safety=Safety.MANUAL, changes=())
    return replace(match, message=message, safety=Safety.UNSAFE)


def _touched(match: Match, context: Context) -> Iterator[tuple[str, str]]:
    """Return what of MLflow a match changes the use of, and whether its name or its arguments."""
    call = context.call(match.node) if isinstance(match.node, ast.Call) else None
    for change in match.changes:
        if isinstance(change, (InsertStatements, RequireImport)):
            continue
        if isinstance(change, Replace) and isinstance(change.node, ast.Constant) and change.node.value in DATA:
            yield str(change.node.value), "name"
        elif isinstance(change, CallChange):
            yield from _of_changed(change, context.call(change.call) or call, context)
        elif isinstance(change, (Replace, RenameAttribute)) and isinstance(change.node, (ast.Attribute, ast.Name)):
            if isinstance(change.node, ast.Attribute) and change.node.attr in (*DATA, OLD):
                yield change.node.attr, "name"
            value = context.resolve(change.node)
            if isinstance(value, Mlflow):
                yield value.path, "name"
        elif isinstance(change, Replace) and isinstance(change.node, ast.Call):
            yield from _of_replaced(change.node, context)
        elif call is not None:
            yield call.path, "arguments"


def _without_mlflow(match: Match, context: Context) -> Iterator[Double]:
    """Return what a changed call means where MLflow is not installed, if that takes only the arguments of MLflow 2."""
    for change in match.changes:
        call = change.call if isinstance(change, CallChange) else None
        for path, node in strict_fallbacks(call.func, context.names) if call is not None else ():
            yield Double("", "arguments", path or f"{context.path}{context.place(node)}")
        yield from _offered_without_mlflow(call.func, context) if call is not None else ()


def _offered_without_mlflow(function: ast.expr, context: Context) -> Iterator[Double]:
    """Return what a module of the project offers for a function of MLflow that a call takes from there."""
    parts: list[str] = []
    while isinstance(function, ast.Attribute):
        parts.insert(0, function.attr)
        function = function.value
    for path in context.names.imports(function) if isinstance(function, ast.Name) else ():
        every = [*path.split("."), *parts]
        for count in range(1, len(every)) if not is_mlflow(path) else ():
            name = ".".join(every[count:])
            found = [double for double in context.doubles_of(name, FALLBACK) if double.path == name]
            module = context.names.elsewhere.modules.module(context.path, ".".join(every[:count])) if found else None
            yield from (double for double in found if module is not None and _file(double) == module.path)


def _is_of_fakes(double: Double, context: Context) -> bool:
    """Return whether an attribute stands in a test, or beside what stands in for MLflow: other code has some of that name, too."""
    file = _file(double)
    return (
        double.for_tests
        or is_test(file or context.path or "")
        or any(_file(other) == file and other.path.partition(".")[0] == "mlflow" for other in context.project.doubles)
    )


def _file(double: Double) -> str:
    return double.where.rpartition(":")[0]


def _of_asked(node: ast.AST, context: Context) -> Iterator[tuple[str, str]]:
    """Return what an expression that changes asks: the root of a run's artifacts, and a function of the project that gives MLflow's module."""
    if any(isinstance(each, ast.Attribute) and each.attr == ROOT for each in ast.walk(node)):
        yield ROOT, "name"
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Call) and isinstance(context.resolve(node.func), (LocalFunction, OwnFunction)):
        yield written_name(node.func), "name"


def _of_changed(change: CallChange, made: BoundCall | None, context: Context) -> Iterator[tuple[str, str]]:
    """Return what a changed call depends on: the function's name, or its arguments by each name that it is called by."""
    if made is None:  # one of several functions
        for chosen in chosen_calls(change.call, context):
            yield chosen.path, "arguments"
        yield from _by_own_name(change.call, context)
        return
    renamed = any(isinstance(item, RenameFunction) for item in change.operations)
    yield made.path, "name" if renamed else "arguments"
    if not renamed:
        yield from _by_own_name(made.node, context)


def _by_own_name(call: ast.Call, context: Context) -> Iterator[tuple[str, str]]:
    """Return what a call depends on by the name that the code itself has for a function: ``log`` or ``Logs.put``, which a test may replace by its own."""
    name = written_name(call.func)
    if isinstance(call.func, ast.Name) or (name and not is_name_of_mlflow(name)):
        yield name, "arguments"
        if not is_name_of_mlflow(name):
            yield name, _ALIAS
    owner = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    if isinstance(owner, ast.Name) and owner.id not in ("self", "cls") and context.names.parameter(owner) is not None:
        yield UNTOLD, "arguments"  # a test may give the code a mock
    yield from _of_givers(call, context)


def _of_givers(call: ast.Call, context: Context) -> Iterator[tuple[str, str]]:
    """Return what a call depends on by what gives the object that has the function: ``tracker().put(...)``, ``flavor.log_model(...)``.

    A test may have replaced the function or class of the project, or the name that the code has for a module of MLflow.
    """
    node: ast.expr | None = call.func
    for _ in range(_STEPS):
        if isinstance(node, ast.Attribute):
            if node is not call.func and not isinstance(context.resolve(node.value), Mlflow):
                yield node.attr, _ALIAS
            node = context.names.attribute_definition(node) or node.value
        elif isinstance(node, ast.Call):
            if isinstance(context.resolve(node.func), _OWN):
                yield written_name(node.func), _ALIAS
            node = node.func
        elif isinstance(node, ast.Name):
            yield from _of_modules(node, context)
            if isinstance(context.resolve(node), Mlflow):
                if node.id != "mlflow" and node is not call.func and context.doubles_of(node.id, "name"):
                    yield UNTOLD, "arguments"
                return
            if isinstance(context.resolve(node), _OWNERS) and node.id not in ("self", "cls"):
                yield node.id, _ALIAS
            node = context.names.definition(node)
        else:
            return


def _of_modules(node: ast.Name, context: Context) -> Iterator[tuple[str, str]]:
    """Return what a name depends on by the modules of the project that it is taken from, of those that a test replaces as a whole."""
    parts = {part for path in context.names.imports(node) if not is_mlflow(path) for part in path.split(".") if part}
    for part in sorted(parts):
        found = context.doubles_of(part, MODULE)
        if found:
            yield UNTOLD, "arguments"
        if any(not double.moves for double in found):
            yield part, MODULE


def _of_replaced(node: ast.Call, context: Context) -> Iterator[tuple[str, str]]:
    """Return what is not called any more when another expression takes a call's place, and what gets it as an argument."""
    gone = context.call(node)
    if gone is not None:
        yield gone.path, "name"
    parent = context.names.scopes.parent(node)
    around = context.call(parent) if isinstance(parent, ast.Call) else None
    if around is not None:
        yield around.path, "arguments"


def may_log(path: str, node: ast.AST, context: Context) -> bool:
    """Return whether a double may stand for a function that logs a model: by the name of one, or by one that the project has for one.

    Where nobody can tell what it stands for, it may.
    """
    last = path.rpartition(".")[2]
    if last in LOGS or any(covers(path, log) for log in LOGS):
        return True
    if is_name_of_mlflow(last):
        return False
    modules = context.project.modules
    if not last or modules is None or not modules.by_name:
        return True
    brought = modules.brings.get(last, ())
    leads = last in modules.known_wrappers() or any(word in LOGS or is_flavor(f"mlflow.{word}") for word in brought)
    return leads or isinstance(context.names.lookup(last, node), Mlflow)
