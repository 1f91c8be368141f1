"""What functions of a project give that import a module by its name, if it is there: ``mlflow, has_mlflow = optional_import("mlflow")``."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Union

from codemod.names.bindings import Binding
from codemod.names.nodes import defaults, dotted_text, function_name, is_none, own_statements
from codemod.names.objects import imported, is_mlflow
from codemod.names.values import Foreign, Importing, LocalClass, LocalFunction, OwnClass, OwnFunction, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
# Decorators that give back what the function does.
_KEEPS = ("cache", "lru_cache", "staticmethod")


def importing(names: Names, node: _Function) -> Importing | None:
    """Say how a function imports what its caller names; None for one that does not, or may return something else though it is there."""
    if isinstance(node, ast.AsyncFunctionDef) or not all(_keeps_result(each) for each in node.decorator_list):
        return None
    found: dict[ast.stmt, Importing] = {}
    others: list[ast.stmt] = []
    for statement in own_statements(node):
        value = statement.value if isinstance(statement, ast.Return) else None
        first = value.elts[0] if isinstance(value, ast.Tuple) and len(value.elts) > 1 else value
        if first is None or is_none(first):
            continue
        how = _imported(first, node, names)
        if how is not None:
            found[statement] = replace(how, is_pair=first is not value)
        else:
            others.append(statement)
    ways = list(found.values())
    if not ways or any((each.module, each.is_pair) != (ways[0].module, ways[0].is_pair) for each in ways):
        return None
    if not all(_is_for_failure(each, found, names) for each in others):
        return None
    return next((each for each in ways if each.member), ways[0])


def importing_class(names: Names, node: ast.ClassDef) -> Importing | None:
    """Say how a class imports the module that its caller names, once its instance is asked for an attribute; None for other classes.

    Such a class keeps the name, and its ``__getattr__`` hands on what the module has: ``mlflow = LazyModule("mlflow")``.
    """
    methods = {each.name: each for each in node.body if isinstance(each, ast.FunctionDef)}
    asked = methods.get("__getattr__")
    made = methods.get("__init__")
    if asked is None or made is None or len(asked.args.args) != 2:
        return None
    name = asked.args.args[1].arg
    hands_on = any(
        isinstance(each, ast.Return) and _is_attribute_of_another(each.value, name) for each in own_statements(asked)
    )
    calls = (each for method in methods.values() for each in ast.walk(method) if isinstance(each, ast.Call))
    fields = {dotted_text(call.args[0]) for call in calls if call.args and _imports(call.func, names)}
    kept = [parameter for field in fields for parameter in _kept(made, field)]
    if not hands_on or len(kept) != 1:
        return None
    parameters = [each.arg for each in (*made.args.posonlyargs, *made.args.args, *made.args.kwonlyargs)]
    return Importing(kept[0], "", tuple(parameters[1:]), False) if kept[0] in parameters[1:] else None


def _is_attribute_of_another(value: ast.expr | None, name: str) -> bool:
    """Return whether a value is ``getattr(module, name)`` of something but ``self``."""
    if not isinstance(value, ast.Call) or function_name(value.func) != "getattr" or len(value.args) < 2:
        return False
    return getattr(value.args[1], "id", "") == name and getattr(value.args[0], "id", "") != "self"


def _kept(made: ast.FunctionDef, field: str) -> list[str]:
    """Return the parameters that ``__init__`` keeps in a field, such as ``self.name``; a module keeps its name itself."""
    if field == "self.__name__":
        calls = [each for each in ast.walk(made) if isinstance(each, ast.Call)]
        return [getattr(call.args[0], "id", "") for call in calls if _is_super(call.func) and call.args]
    kept = [
        each.value
        for each in own_statements(made)
        if isinstance(each, ast.Assign) and field in map(dotted_text, each.targets)
    ]
    kept += [
        each.value
        for each in own_statements(made)
        if isinstance(each, ast.AnnAssign) and each.value and field == dotted_text(each.target)
    ]
    return [getattr(value, "id", "") for value in kept]


def _is_super(function: ast.expr) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) and function.attr == "__init__" else None
    return isinstance(owner, ast.Call) and function_name(owner.func) == "super"


def _imported(value: ast.expr, node: _Function, names: Names) -> Importing | None:
    """Say how a function imports what it returns in one place; None for anything else, or if that may be."""
    parameters = [item.arg for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    bound = names.scopes.scope(node.body[0]).bindings
    kept = [name for name in parameters if len(bound.get(name, ())) == 1 and _is_plain(name, node)]
    pending = [value]
    module = member = ""
    is_top, seen = False, set[ast.expr]()
    while pending:
        each = pending.pop()
        if each in seen or is_none(each) or (each is not value and _is_handling(each, names)):
            continue
        seen.add(each)
        if isinstance(each, ast.Name) and (sources := names.all_sources(each)):
            pending += sources
        elif isinstance(each, ast.Call) and getattr(each.func, "id", "") == "getattr" and _named(each, kept, 1):
            member = _named(each, kept, 1)
            pending += each.args[:1]
        elif isinstance(each, ast.Call) and _named(each, kept) and _imports(each.func, names):
            module = _named(each, kept)
            is_top = function_name(each.func) == "__import__" and len(each.args) + len(each.keywords) == 1
        else:
            return None
    return Importing(module, member, tuple(parameters), False, is_top) if module else None


def _imports(function: ast.expr, names: Names) -> bool:
    is_builtin = isinstance(function, ast.Name) and function.id == "__import__"
    return is_builtin or names.resolve(function) == Foreign("importlib.import_module")


def _keeps_result(decorator: ast.expr) -> bool:
    bare = decorator.func if isinstance(decorator, ast.Call) else decorator
    return function_name(bare) in _KEEPS


def _is_plain(parameter: str, node: _Function) -> bool:
    """Return whether a parameter names nothing where a call gives nothing for it."""
    written = [value for other, value in defaults(node.args) if other.arg == parameter]
    return all(isinstance(value, ast.Constant) and not value.value for value in written)


def _is_for_failure(other: ast.stmt, found: Iterable[ast.stmt], names: Names) -> bool:
    """Return whether a statement is reached only where the module is not there: in a handler, or behind the ``try`` that returns it."""
    around = set(names.scopes.ancestors(other))
    tries = (each for statement in found for each in names.scopes.ancestors(statement) if isinstance(each, ast.Try))
    order = names.scopes.order
    return _is_handling(other, names) or any(each not in around and order(each) < order(other) for each in tries)


def _is_handling(node: ast.AST, names: Names) -> bool:
    return any(isinstance(each, ast.ExceptHandler) for each in names.scopes.ancestors(node))


def _named(call: ast.Call, parameters: list[str], place: int = 0) -> str:
    """Return the parameter that is an argument of a call; "" for another argument."""
    given = call.args[place] if len(call.args) > place else None
    return given.id if isinstance(given, ast.Name) and given.id in parameters else ""


def imported_by(names: Names, function: Value, call: ast.Call, index: int | None = None) -> Value | None:
    """Return what a call of such a function gives of MLflow, or of a library that is known to be another; None for any other call.

    Args:
        names: The namespace of the call.
        function: What is called.
        call: The call.
        index: Which item of it is asked for; None for all of it.
    """
    if not _names_module(call):
        return None
    how = function.imports if isinstance(function, (OwnFunction, OwnClass)) else None
    if isinstance(function, LocalClass):
        how = importing_class(names, function.node)
    if isinstance(function, LocalFunction) and not isinstance(function.node, ast.Lambda):
        how = importing(names, function.node)
    if how is None or how.is_pair is (index is None):
        return None
    if index:
        return Foreign("whether it is there")
    module, member = _argument(call, how.module, how), _argument(call, how.member, how)
    if module is None or (member is None and how.member):
        return None
    module = module.partition(".")[0] if how.is_top else module
    return imported(f"{module}.{member}" if member else module) if _is_told(module) else None


def _names_module(call: ast.Call) -> bool:
    """Return whether a call is given the name of a module of which it is known whether it is MLflow's."""
    given = [*call.args[:4], *(keyword.value for keyword in call.keywords)]
    return any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and _is_told(each.value) for each in given
    )


def _is_told(module: str) -> bool:
    return is_mlflow(module) or isinstance(imported(module), Foreign)


def _argument(call: ast.Call, parameter: str, how: Importing) -> str | None:
    """Return the string that a call gives for a parameter, "" where it gives none; None for what is no plain string."""
    given = [keyword.value for keyword in call.keywords if keyword.arg == parameter]
    if not given and parameter in how.parameters:
        given = call.args[how.parameters.index(parameter) :][:1]
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return None
    if not given:
        return ""
    return given[0].value if isinstance(given[0], ast.Constant) and isinstance(given[0].value, str) else None


def imported_part(binding: Binding, names: Names) -> Value | None:
    """Return what a name is that is unpacked from a call of such a function; None for any other."""
    call, statement = binding.source, binding.node
    if not isinstance(call, ast.Call) or not isinstance(statement, ast.Assign):
        return None
    if not _names_module(call):
        return None
    bound = names.scopes.scope(statement).bindings
    for target in statement.targets:
        for index, item in enumerate(target.elts if isinstance(target, (ast.Tuple, ast.List)) else ()):
            if isinstance(item, ast.Name) and any(each is binding for each in bound.get(item.id, ())):
                return imported_by(names, names.resolve(call.func), call, index)
    return None
