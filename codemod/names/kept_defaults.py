"""What a parameter is of which every call keeps the default: ``def train(model, log=mlflow.sklearn.log_model)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Union
from weakref import WeakKeyDictionary

from codemod.names.nodes import defaults, is_decorated
from codemod.names.scopes import Scopes
from codemod.names.values import Mlflow, Partial, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names

# Attributes that lead from an instance to its class, or make it anew.
_OF_CLASS = ("__class__", "__init__")

# Whether code asks instances for their classes, by the code.
_asking: WeakKeyDictionary[Scopes, bool] = WeakKeyDictionary()

_Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]


def kept_default(names: Names, function: _Function, parameter: ast.arg) -> Value | None:
    """Return what of MLflow a parameter always is; None where a call gives it something else, or may do so out of sight.

    Args:
        names: The namespace.
        function: Whose parameter it is.
        parameter: The parameter.
    """
    written = next((value for other, value in defaults(function.args) if other is parameter), None)
    if not isinstance(written, (ast.Attribute, ast.Name, ast.Call)) or function.decorator_list:
        return None
    default = names.resolve(written)
    if not isinstance(default, Mlflow) and not (isinstance(default, Partial) and isinstance(default.function, Mlflow)):
        return None
    called = _called_as(names, function)
    places = [item.arg for item in (*function.args.posonlyargs, *function.args.args)]
    places = places[1:] if called != function.name else places
    calls = _calls(names, called) if called else []
    return default if calls and all(_keeps(call, parameter.arg, places) for call in calls) else None


def parameter_kept(default: ast.expr, names: Names) -> ast.arg | None:
    """Return the parameter that always is what stands there as its default; None where it may be something else, or this is no default."""
    arguments = names.scopes.parent(default)
    function = names.scopes.parent(arguments) if isinstance(arguments, ast.arguments) else None
    if not isinstance(arguments, ast.arguments) or not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return None
    parameter = next((item for item, value in defaults(arguments) if value is default), None)
    is_kept = parameter is not None and kept_default(names, function, parameter) is not None
    return parameter if is_kept else None


def uses_as_default(default: ast.expr, names: Names) -> list[ast.expr]:
    """Return where a parameter stands that always is this default of it."""
    parameter = parameter_kept(default, names)
    if parameter is None:
        return []
    arguments = names.scopes.parent(default)
    around = names.scopes.parent(arguments) if arguments is not None else None
    found = (each for each in ast.walk(around) if isinstance(each, ast.Name)) if around is not None else ()
    return [use for use in found if use.id == parameter.arg and names.parameter(use) is parameter]


def _called_as(names: Names, function: _Function) -> str:
    """Return the name by which all calls of a function stand in sight: that of the class for `__init__`; "" for another method."""
    owner = names.scopes.parent(function)
    if not isinstance(owner, ast.ClassDef):
        return function.name
    is_plain = function.name == "__init__" and not owner.decorator_list and not owner.bases and not owner.keywords
    return owner.name if is_plain and not _is_made_of_instances(owner, names) else ""


def _is_made_of_instances(owner: ast.ClassDef, names: Names) -> bool:
    """Return whether code may call a class by another name: ``cls(...)``, ``type(self)(...)``, ``trainer.__class__(...)``."""
    if names.scopes not in _asking:
        calls = (call.func for call in names.scopes.of(ast.Call))
        by_type = any(isinstance(each, ast.Name) and each.id in ("type", "super") for each in calls)
        _asking[names.scopes] = by_type or any(each.attr in _OF_CLASS for each in names.scopes.of(ast.Attribute))
    return _asking[names.scopes] or any(is_decorated(each, ("classmethod",)) for each in owner.body)


def _calls(names: Names, called: str) -> list[ast.Call]:
    """Return the calls of a function; none where there may be some out of sight."""
    scopes = names.scopes
    taken = names.elsewhere.taken
    is_top = scopes.module.bindings.get(called) is not None
    if (is_top and taken is not None and called in taken) or called in names.strings:
        return []  # `__all__` or `getattr` may name it
    found: list[ast.Call] = []
    for name in names.places(called):
        call = scopes.parent(name)
        if not isinstance(call, ast.Call) or call.func is not name:
            return []
        # A script that calls it at its top level is not imported for it; of others nothing is known.
        if is_top and taken is None and not called.startswith("_") and scopes.scope(call) is not scopes.module:
            return []
        found.append(call)
    return found


def _keeps(call: ast.Call, parameter: str, places: list[str]) -> bool:
    """Return whether a call gives nothing for a parameter."""
    if any(isinstance(item, ast.Starred) for item in call.args) or any(item.arg is None for item in call.keywords):
        return False
    by_place = parameter in places and len(call.args) > places.index(parameter)
    return not by_place and all(item.arg != parameter for item in call.keywords)
