"""Attributes of values that have no code here: those of other modules' classes, and of what is not MLflow's."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from codemod.names.forms import expression
from codemod.names.modules import Modules
from codemod.names.objects import SPECIAL_MODULES, mlflow_object
from codemod.names.values import Fields, Foreign, OwnClass, OwnFunction, OwnInstance, Unknown, Value

if TYPE_CHECKING:
    from codemod.names.resolve import Names

_DEPTH = 8

#: How the root of a run's artifacts is called, whoever has the run.
ARTIFACT_ROOT = ".info.artifact_uri"


def vague_member(value: Value, name: str) -> Value:
    """Return an attribute of what is not MLflow's, or of what nobody can tell."""
    if isinstance(value, Foreign) and value.what == "importlib" and name == "import_module":
        return Foreign("importlib.import_module")
    if isinstance(value, Foreign) and "." not in value.what and value.what in SPECIAL_MODULES:
        return Foreign(f"{value.what}.{name}")
    if isinstance(value, Unknown):
        among = tuple(mlflow_object(f"{path}.{name}").path for path in value.among)
        return Unknown(value.reason, among, like=value.like and f"{value.like}.{name}")
    return value


def known_by_name(value: Value, node: ast.Attribute) -> Value:
    """Remember of a value that nobody can tell that its name is that of the root of a run's artifacts."""
    if isinstance(value, Unknown) and node.attr == "artifact_uri" and getattr(node.value, "attr", "") == "info":
        return replace(value, like=f"*{ARTIFACT_ROOT}")
    return value


def own_member(value: OwnInstance | OwnClass, name: str, modules: Modules, depth: int = 0) -> Value:
    """Return an attribute of a class of another module, or of an instance of it; its bases may be in other modules again."""
    kind = value.kind if isinstance(value, OwnInstance) else value
    found = next((member for known, member in kind.members if known == name), None)
    if found is None and kind.place is not None:
        found = modules.class_member(kind.place, name)
    if found is not None:
        return found
    for importer, dotted in kind.parents:
        base = modules.value(importer, dotted)
        if not isinstance(base, OwnClass) or depth > _DEPTH:
            return Unknown(f"`{name}` may come from a base of `{kind.name}`")
        inherited = own_member(base, name, modules, depth + 1)
        if inherited != Foreign(f"class {base.name}"):
            return inherited
    if not name.startswith("__") and depth == 0 and isinstance(own_member(kind, "__getattr__", modules), OwnFunction):
        return Unknown(f"`{kind.name}.__getattr__` finds it at run time")
    return (
        Foreign(f"class {kind.name}") if kind.complete else Unknown(f"`{name}` may come from a base of `{kind.name}`")
    )


def own_text(
    value: OwnInstance | OwnClass, name: str, names: Names, receiver: ast.expr, depth: int = 0
) -> ast.expr | None:
    """Return an expression for the text of an attribute of a class of another module, or of an instance of it.

    Args:
        value: The class, or its instance.
        name: The attribute.
        names: The namespace; the bases of the class may be in other modules again.
        receiver: The expression that gives the class or instance.
        depth: How many bases were gone through already.
    """
    kind = value.kind if isinstance(value, OwnInstance) else value
    text = dict(kind.texts).get(name)
    if text is None and kind.place is not None:
        text = names.elsewhere.modules.class_text(kind.place, name)
    if text is not None:
        return expression(text, kept_by_instance(kind, receiver, names))
    for importer, dotted in kind.parents if depth < _DEPTH else ():
        base = names.elsewhere.modules.value(importer, dotted)
        found = own_text(base, name, names, receiver, depth + 1) if isinstance(base, OwnClass) else None
        if found is not None:
            return found
    return None


def kept_by_instance(kind: OwnClass, instance: ast.expr, names: Names) -> dict[str, ast.expr]:
    """Return what an instance keeps of the call that makes it, by ``self.`` and the attribute; nothing where that is not seen."""
    made = names.definition(instance) if isinstance(instance, ast.Name) else instance
    if not isinstance(made, ast.Call) or any(isinstance(each, ast.Starred) for each in made.args):
        return {}
    function = names.resolve(made.func)
    if isinstance(function, OwnFunction):  # ``Kept.of(info)``, which makes it
        return {f"self.{attribute}": value for attribute, value in kept_by_function(made, function)}
    return {f"self.{attribute}": value for attribute, value in kept_of_call(made, kind.fields)}


def kept_by_function(made: ast.Call, function: OwnFunction) -> Iterator[tuple[str, ast.expr]]:
    """Return what an object keeps that a function of another module makes and returns, by its attributes, for a call of that."""
    given = dict(zip(function.parameters, made.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in made.keywords if keyword.arg is not None}
    yield from ((attribute, expression(form, given)) for attribute, form in function.keeps)


def kept_of_call(made: ast.Call, fields: Fields) -> Iterator[tuple[str, ast.expr]]:
    """Return what a call of a class gives for the attributes that keep it."""
    named = {keyword.arg: keyword.value for keyword in made.keywords}
    for attribute, parameter, index in fields:
        value = named.get(parameter)
        if value is None and index is not None and index < len(made.args):
            value = made.args[index]
        if value is not None:
            yield attribute, value
