"""Makes the summary of a module: what its names are, without its code."""

from __future__ import annotations

import ast

from codemod.analysis.texts import text_of
from codemod.names import (
    Elements,
    Foreign,
    Instance,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Mlflow,
    Names,
    OwnClass,
    OwnFunction,
    OwnInstance,
    OwnModule,
    Partial,
    Unknown,
    Value,
)
from codemod.names.expressions import returned
from codemod.names.modules import Alias, Export, Summary
from codemod.names.nodes import is_fixture
from codemod.names.objects import imported
from codemod.names.scopes import Binding

_PLAIN = (Mlflow, Instance, Elements, Foreign, Unknown, OwnModule, OwnFunction, OwnClass, OwnInstance)
_DEPTH = 3


def summary_of(path: str, namespaces: list[Names]) -> Summary:
    """Say what a module offers.

    Args:
        path: Its file, as it was discovered.
        namespaces: The namespaces of the file; a notebook and a script have one.
    """
    exports: dict[str, Export] = {}
    texts: dict[str, str] = {}
    fixtures: dict[str, Value] = {}
    stars: list[str] = []
    for names in namespaces:
        stars += names.scopes.module.stars
        for name, bindings in names.scopes.module.bindings.items():
            exports[name] = _export(name, bindings, names)
            text = _text(bindings, names)
            if text is not None:
                texts[name] = text
            node = bindings[-1].node
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and is_fixture(node):
                fixtures[name] = _portable(returned(names, node), names, 0)
    return Summary(path, exports, texts, fixtures, tuple(stars))


def _export(name: str, bindings: list[Binding], names: Names) -> Export:
    modules = {binding.module for binding in bindings if binding.kind == "import"}
    if len(modules) == 1 and len(bindings) == 1:
        module = modules.pop()
        value = imported(module)
        return Alias(module) if isinstance(value, Unknown) else value
    return _portable(names.agreed(name, bindings), names, 0)


def _portable(value: Value, names: Names, depth: int) -> Value:
    """Return a value without its code."""
    if isinstance(value, _PLAIN):
        return value
    if isinstance(value, Partial):
        inner = _portable(value.function, names, depth)
        return Partial(inner, value.positional, value.keywords, value.exact)
    if isinstance(value, LocalFunction):
        if isinstance(value.node, ast.Lambda):
            return OwnFunction("a lambda", Unknown("it is what a lambda of another module gives"))
        gives = returned(names, value.node) if depth < _DEPTH else Unknown("it is handed on too many times to follow")
        return OwnFunction(value.node.name, _portable(gives, names, depth + 1))
    if isinstance(value, LocalClass):
        return _class(value.node, names, depth)
    assert isinstance(value, LocalInstance)  # nothing else is left
    return OwnInstance(_class(value.node, names, depth))


def _class(node: ast.ClassDef, names: Names, depth: int) -> OwnClass:
    if depth >= _DEPTH:
        return OwnClass(node.name, (), complete=False)
    members = tuple(
        (name, _portable(names.member(node, name), names, depth + 1)) for name in names.scopes.attributes.get(node, {})
    )
    complete = all(isinstance(names.resolve(base), (Foreign, LocalClass)) for base in node.bases)
    held = {name: _text(given, names) for name, given in names.scopes.attributes.get(node, {}).items()}
    texts = tuple((name, text) for name, text in held.items() if text is not None)
    return OwnClass(node.name, members, complete, texts)


def _text(bindings: list[Binding], names: Names) -> str | None:
    only = bindings[0] if len(bindings) == 1 else None
    if only is None or only.kind != "value" or only.source is None:
        return None
    return text_of(only.source, names).known
