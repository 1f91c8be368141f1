"""What functions of a project give that import a module by its name, if it is there: ``mlflow, has_mlflow = optional_import("mlflow")``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, Union

from codemod.names.bindings import Binding
from codemod.names.nodes import function_name, own_statements
from codemod.names.objects import imported, is_mlflow
from codemod.names.values import Foreign, Importing, LocalFunction, OwnFunction, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_IMPORTS = ("import_module", "__import__")


def importing(names: Names, node: _Function) -> Importing | None:
    """Say how a function imports what its caller names; None for one that does not return a module by the name that it gets."""
    parameters = [item.arg for item in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    for statement in own_statements(node):
        value = statement.value if isinstance(statement, ast.Return) else None
        is_pair = isinstance(value, ast.Tuple) and len(value.elts) > 1
        first = value.elts[0] if isinstance(value, ast.Tuple) and value.elts else value
        made = [*_made(first, names)] if first is not None else []
        modules = [name for call in made if (name := _named(call, parameters)) and function_name(call.func) in _IMPORTS]
        if modules:
            taken = [_named(call, parameters, 1) for call in made if function_name(call.func) == "getattr"]
            member = next((name for name in taken if name), "")
            return Importing(modules[0], member, tuple(parameters), is_pair)
    return None


def _made(node: ast.expr, names: Names) -> Iterator[ast.Call]:
    """Return the calls that make a value, by the names that hold it and by `getattr`."""
    pending, seen = [node], set[ast.expr]()
    while pending:
        each = pending.pop()
        if each in seen:
            continue
        seen.add(each)
        if isinstance(each, ast.Name):
            pending += names.sources(each)
        elif isinstance(each, ast.Call):
            yield each
            if function_name(each.func) == "getattr":
                pending += each.args[:1]


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
    how = function.imports if isinstance(function, OwnFunction) else None
    if isinstance(function, LocalFunction) and not isinstance(function.node, ast.Lambda):
        how = importing(names, function.node)
    if how is None or how.is_pair is (index is None):
        return None
    if index:
        return Foreign("whether it is there")
    module, member = _argument(call, how.module, how), _argument(call, how.member, how)
    if module is None or (member is None and how.member):
        return None
    return imported(f"{module}.{member}" if member else module) if _is_told(module) else None


def _names_module(call: ast.Call) -> bool:
    """Return whether a call is given the name of a module of which it is known whether it is MLflow's."""
    given = [*call.args[:2], *(keyword.value for keyword in call.keywords)]
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
