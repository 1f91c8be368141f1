"""What an attribute of an object may hold whose class the namespace defines, wherever the object comes from."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from codemod.analysis import containers
from codemod.analysis.once import once
from codemod.analysis.returns import returned_by
from codemod.names import LocalClass, LocalInstance, OwnClass, OwnFunction, OwnModule, Value
from codemod.names.forms import ITEM
from codemod.names.members import kept_by_function, kept_of_call, own_text
from codemod.names.nodes import is_decorated

if TYPE_CHECKING:
    from codemod.analysis.context import Context

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_READERS = ("property", "cached_property")


@once
def names_of(context: Context) -> frozenset[str]:
    """Return the names of all attributes that classes of the namespace have."""
    every = (name for attributes in context.names.scopes.attributes.values() for name in attributes)
    return frozenset(every) | containers.fields_of_tuples(context)


def values_of(node: ast.Attribute, made: Iterable[ast.expr], context: Context) -> list[ast.expr]:
    """Return what an attribute may have its value from: its class, the bases of that, or the call that has made the object.

    Args:
        node: The attribute.
        made: What the object may come from.
        context: The namespace.
    """
    scopes = context.names.scopes
    own = scopes.self_class(node.value) if isinstance(node.value, ast.Name) else None
    owner = context.resolve(node.value)
    kinds = [kind for kind in (own, owner.node if isinstance(owner, LocalInstance) else None) if kind is not None]
    found: list[ast.expr] = []
    for source in made:
        if isinstance(source, ast.Call):
            kind = context.resolve(source.func)
            kinds += [kind.node] if isinstance(kind, LocalClass) else []
            given = containers.field(source, node.attr, context)
            found += [given] if given is not None else []
            found += _kept_elsewhere(source, kind, node.attr, context)
        elif isinstance(source, ast.Subscript) and isinstance(source.value, ast.Call):
            function = context.resolve(source.value.func)
            kept = kept_by_function(source.value, function) if isinstance(function, OwnFunction) else ()
            found += [value for name, value in kept if name == f"{ITEM}{node.attr}"]
    for each in _with_bases(kinds, context):
        for binding in scopes.attributes.get(each, {}).get(node.attr, ()):
            if isinstance(binding.node, _FUNCTIONS):
                found += returned_by(binding.node) if is_decorated(binding.node, _READERS) else []
            elif binding.kind == "value" and binding.source is not None:
                found.append(binding.source)
    return list(dict.fromkeys(found))


def _kept_elsewhere(made: ast.Call, kind: Value, name: str, context: Context) -> list[ast.expr]:
    """Return what an attribute holds of an object of a class of another file, by the call of that or of a function that makes it."""
    if isinstance(kind, OwnFunction):
        return [value for attribute, value in kept_by_function(made, kind) if attribute == name]
    if not isinstance(kind, OwnClass) or any(isinstance(each, ast.Starred) for each in made.args):
        return []
    text = own_text(kind, name, context.names, made)
    kept = [value for attribute, value in kept_of_call(made, kind.fields) if attribute == name]
    return [*kept, *([text] if text is not None else [])]


@once
def names_elsewhere(context: Context) -> frozenset[str]:
    """Return the names of the attributes that objects keep of the classes of other files, as far as what is imported makes such."""
    names = context.names
    if not names.elsewhere.modules.by_name:
        return frozenset()
    found: set[str] = set()
    for name, bindings in names.scopes.module.bindings.items():
        if not all(binding.kind == "import" for binding in bindings):
            continue
        value = names.agreed(name, bindings)
        every = [value]
        if isinstance(value, OwnModule):
            attributes = (names.scopes.parent(use) for use in names.places(name))
            every = [names.resolve(each) for each in attributes if isinstance(each, ast.Attribute)]
        for each in every:
            found.update(_names_kept(each))
    return frozenset(found)


def _names_kept(value: Value) -> Iterator[str]:
    if isinstance(value, OwnFunction):
        yield from (name.removeprefix(ITEM) for name, _ in value.keeps)
    elif isinstance(value, OwnClass):
        yield from (name for name, _, _ in value.fields)
        yield from (name for name, _ in value.texts)
        members = (member for _, member in value.members)
        yield from (name for each in members if isinstance(each, OwnFunction) for name, _ in each.keeps)


def _with_bases(kinds: Iterable[ast.ClassDef], context: Context) -> Iterator[ast.ClassDef]:
    """Return classes with those of the namespace that they are made of."""
    waiting, seen = list(dict.fromkeys(kinds)), set[ast.ClassDef]()
    while waiting:
        kind = waiting.pop(0)
        if kind not in seen:
            seen.add(kind)
            yield kind
            bases = (context.resolve(base) for base in kind.bases)
            waiting += [base.node for base in bases if isinstance(base, LocalClass)]
