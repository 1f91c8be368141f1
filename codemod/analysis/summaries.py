"""Makes the summary of a module: what its names are, without its code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from codemod.analysis.guards import asks_version, statements_that_may_ask
from codemod.analysis.handed import Hands, hands_of
from codemod.analysis.origins import returned_by
from codemod.analysis.texts import text_of
from codemod.names import (
    Elements,
    Foreign,
    Handed,
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
from codemod.names.bindings import Binding
from codemod.names.expressions import returned
from codemod.names.modules import Alias, Export, Summary
from codemod.names.nodes import dotted_text, is_fixture
from codemod.names.objects import imported
from codemod.names.words import imported_modules, names_mlflow

_PLAIN = (Mlflow, Instance, Elements, Foreign, Unknown, OwnModule, OwnFunction, OwnClass, OwnInstance)
# MLflow makes instances of classes that are made from these, and calls them as its own.
_STORES = "mlflow.store."
_DEPTH = 3
_RETURNS = 4
_HOLE = "\0"
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def summary_of(path: str, namespaces: list[Names]) -> Summary:
    """Say what a module offers.

    Args:
        path: Its file, as it was discovered.
        namespaces: The namespaces of the file; a notebook and a script have one.
    """
    found = Summary(path)
    stars: list[str] = []
    public: frozenset[str] | None = None
    asks: set[str] = set()
    for names in namespaces:
        stars += names.scopes.module.stars
        public = public or _public(names)
        maker = _Maker(path, names, hands_of(names))
        may_ask = statements_that_may_ask(names)
        for name, bindings in names.scopes.module.bindings.items():
            found.exports[name] = maker.export(name, bindings)
            found.texts.update(_texts(name, bindings, names))
            node = bindings[-1].node
            if isinstance(node, _FUNCTIONS) and is_fixture(node):
                found.fixtures[name] = maker.portable(returned(names, node), 0)
            if len(bindings) == 1 and bindings[0].node in may_ask and asks_version(_said(bindings[0]), names):
                asks.add(name)
    speaks = any(names_mlflow(names.scopes) for names in namespaces)
    imports = tuple(dict.fromkeys(module for names in namespaces for module in imported_modules(names.scopes)))
    return Summary(
        path, found.exports, found.texts, found.fixtures, tuple(stars), public, frozenset(asks), speaks, imports
    )


def _said(binding: Binding) -> ast.AST:
    return binding.source if binding.source is not None and binding.kind == "value" else binding.node


def _public(names: Names) -> frozenset[str] | None:
    """Return what `__all__` lists; None where it is not there, or computed."""
    bindings = names.scopes.module.bindings.get("__all__", ())
    source = bindings[0].source if len(bindings) == 1 else None
    if not isinstance(source, (ast.List, ast.Tuple)):
        return None
    listed = [item.value for item in source.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
    return frozenset(listed) if len(listed) == len(source.elts) else None


@dataclass(frozen=True, slots=True)
class _Maker:
    """Makes values without their code.

    Attributes:
        path: The module.
        names: The namespace that they stand in.
        hands: Which parameters of its functions end in a call of MLflow.
        classes: The classes that were made already, by how deep they stand in others: many attributes hold the same one.
    """

    path: str
    names: Names
    hands: Hands = field(default_factory=dict)
    classes: dict[tuple[ast.ClassDef, int], OwnClass] = field(default_factory=dict)

    def export(self, name: str, bindings: list[Binding]) -> Export:
        """Return what a name of the top level is."""
        modules = {binding.module for binding in bindings if binding.kind == "import"}
        if len(modules) == 1 and len(bindings) == 1:
            module = modules.pop()
            value = imported(module)
            return Alias(module) if isinstance(value, Unknown) else value
        return self.portable(self.names.agreed(name, bindings), 0)

    def portable(self, value: Value, depth: int) -> Value:
        """Return a value without its code."""
        if isinstance(value, _PLAIN):
            return value
        if isinstance(value, Partial):
            return Partial(self.portable(value.function, depth), value.positional, value.keywords, value.exact)
        if isinstance(value, LocalFunction):
            return self._function(value.node, depth)
        if isinstance(value, LocalClass):
            return self._class(value.node, depth)
        assert isinstance(value, LocalInstance)  # nothing else is left
        return OwnInstance(self._class(value.node, depth))

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda, depth: int) -> OwnFunction:
        if isinstance(node, ast.Lambda):
            return OwnFunction("a lambda", Unknown("it is what a lambda of another module gives"))
        deep = Unknown("it is handed on too many times to follow")
        gives = returned(self.names, node) if depth < _DEPTH else deep
        texts = (text_of(value, self.names).filled(_HOLE) for value in returned_by(node)[:_RETURNS])
        told = tuple(text for text in texts if text.strip(_HOLE))
        return OwnFunction(node.name, self.portable(gives, depth + 1), self.hands.get(node, ()), told)

    def _class(self, node: ast.ClassDef, depth: int) -> OwnClass:
        if (node, depth) not in self.classes:
            self.classes[node, depth] = self._made_class(node, depth)
        return self.classes[node, depth]

    def _made_class(self, node: ast.ClassDef, depth: int) -> OwnClass:
        if depth >= _DEPTH:
            return OwnClass(node.name, (), complete=False)
        names, attributes = self.names, self.names.scopes.attributes.get(node, {})
        lineage = self._lineage(node)
        inherited = (name for each in lineage for name in names.scopes.attributes.get(each, ()))
        members = tuple((name, self.portable(names.member(node, name), depth + 1)) for name in dict.fromkeys(inherited))
        bases = [(base, names.resolve(base)) for each in lineage for base in each.bases]
        parents = {base: self._imported(base) for base, value in bases if isinstance(value, (Unknown, OwnClass))}
        complete = all(
            isinstance(value, (Foreign, LocalClass)) or parents.get(base) is not None for base, value in bases
        )
        held = {name: _text(given, names) for name, given in attributes.items()}
        texts = tuple((name, text) for name, text in held.items() if text is not None)
        made = names.member(node, "__init__")
        hands: tuple[Handed, ...] = self.hands.get(made.node, ()) if isinstance(made, LocalFunction) else ()
        stores = tuple(dict.fromkeys(self._bases(node)))
        found = tuple((self.path, dotted) for dotted in parents.values() if dotted is not None)
        return OwnClass(node.name, members, complete, texts, hands, stores, found)

    def _lineage(self, node: ast.ClassDef) -> list[ast.ClassDef]:
        """Return a class and its bases in this module, the nearest first."""
        found = [node]
        for each in found:
            values = [self.names.resolve(base) for base in each.bases]
            found += [value.node for value in values if isinstance(value, LocalClass) and value.node not in found]
        return found

    def _imported(self, base: ast.expr) -> str | None:
        """Return the dotted path by which a base class is imported; None when it comes from somewhere else."""
        name, _, rest = dotted_text(base).partition(".")
        head = base
        while isinstance(head, ast.Attribute):
            head = head.value
        modules = self.names.imports(head) if name and isinstance(head, ast.Name) else []
        return f"{modules[0]}.{rest}".rstrip(".") if len(modules) == 1 else None

    def _bases(self, node: ast.ClassDef, depth: int = 0) -> Iterator[str]:
        """Return the classes of MLflow's stores from which a class is made, through others of the module."""
        for base in node.bases:
            value = self.names.resolve(base)
            if isinstance(value, Mlflow) and value.path.startswith(_STORES):
                yield value.path
            elif isinstance(value, LocalClass) and depth < _DEPTH:
                yield from self._bases(value.node, depth + 1)


def _texts(name: str, bindings: list[Binding], names: Names) -> dict[str, str]:
    """Return the text that a name holds for good, and those of the items of a dict."""
    only = bindings[0] if len(bindings) == 1 else None
    source = only.source if only is not None and only.kind == "value" else None
    if not isinstance(source, ast.Dict):
        text = _text(bindings, names)
        return {name: text} if text is not None else {}
    found: dict[str, str] = {}
    for key, value in zip(source.keys, source.values, strict=True):
        text = text_of(value, names).known if isinstance(key, ast.Constant) else None
        if isinstance(key, ast.Constant) and isinstance(key.value, str) and text is not None:
            found[f"{name}[{key.value}]"] = text
    return found


def _text(bindings: list[Binding], names: Names) -> str | None:
    only = bindings[0] if len(bindings) == 1 else None
    if only is None or only.kind != "value" or only.source is None:
        return None
    return text_of(only.source, names).known
