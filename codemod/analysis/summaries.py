"""Makes the summary of a module: what its names are, without its code."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from codemod.analysis.context import Context
from codemod.analysis.endings import never_returns
from codemod.analysis.entered import opening_names
from codemod.analysis.forms import fields_of, kept_by_returned, of_bindings, of_constant, of_returns
from codemod.analysis.handed import Hands, hands_of
from codemod.analysis.once import once
from codemod.analysis.open_keys import KEYS_OF, keys_of_dicts
from codemod.analysis.origins import items_in
from codemod.analysis.other_stores import is_of_other_store
from codemod.analysis.returns import returned_by, yielded_by
from codemod.analysis.tracing import logs_calls, traced_functions
from codemod.analysis.uris import classes_of
from codemod.analysis.version_questions import asks_version, statements_that_may_ask
from codemod.analysis.written_values import float_options
from codemod.names import (
    Elements,
    Foreign,
    Getter,
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
from codemod.names.fixtures import fixtures_in
from codemod.names.forms import Form
from codemod.names.importers import importing, importing_class
from codemod.names.members import kept_of_call
from codemod.names.modules import Summary
from codemod.names.nodes import dotted_text, is_fixture, placed
from codemod.names.objects import imported
from codemod.names.reads import gives_clients_stores, plugins_in
from codemod.names.values import Alias, Export, Fields
from codemod.names.words import code_names_mlflow, imported_modules
from codemod.settings import ASKED, ASKED_OF_CLIENTS, ASKED_OF_RUNS, MAKING

_PLAIN = (Getter, Mlflow, Instance, Elements, Foreign, Unknown, OwnModule, OwnFunction, OwnClass, OwnInstance)
# MLflow makes instances of classes that are made from these, and calls them as its own.
_STORES = "mlflow.store."
_DEPTH = 3
_RETURNS = 4
# A function that imports a module by its name.
_BY_NAME = re.compile(r"import_module|__import__")
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def summary_of(path: str, contexts: list[Context], only: str | None = None) -> Summary:
    """Say what a module offers.

    Args:
        path: Its file, as it was discovered.
        contexts: Its namespaces; a notebook and a script have one.
        only: The name of its top level, or the member of a class (``Settings.path``), that is asked for; "" for none, None for all.
    """
    namespaces = [context.names for context in contexts]
    text = contexts[0].text if contexts else ""
    makes = any(word in text for word in (*MAKING, "artifact_uri"))
    found = Summary(path)
    stars: list[str] = []
    public: frozenset[str] | None = None
    asks: set[str] = set()
    floats: set[str] = set()
    for context in contexts:
        names = context.names
        stars += names.scopes.module.stars
        stars += (module.decode() for module in plugins_in(text.encode("utf-8", "replace")))
        public = public or _public(names)
        floats |= float_options(context)
        top = names.scopes.module.bindings
        fixtures = fixtures_in(names.scopes) if "fixture" in text else {}
        # `@pytest.fixture(name="client")` has no function of that name.
        renamed = {name: top[node.name] for name, node in fixtures.items() if name not in top and node.name in top}
        if only is not None and only.partition(".")[0] not in (*top, *renamed):
            continue
        maker = _Maker(path, context, _hands(context), makes, only is None, _traced(context))
        if only is not None and "." in only:
            maker.add_member(only, found)
            continue
        wanted = {**renamed, **top} if only is None else {only: top[only] if only in top else renamed[only]}
        may_ask = _may_ask(context)
        for name, bindings in wanted.items():
            found.exports[name] = maker.export(name, bindings)
            found.texts.update(of_constant(name, bindings, context))
            keys = keys_of_dicts([each.source for each in bindings if each.source is not None], context)
            found.texts.update({f"{name}{KEYS_OF}": Form(keys)} if keys else {})
            node = bindings[-1].node
            if isinstance(node, _FUNCTIONS) and (name in fixtures or is_fixture(node)):
                found.fixtures[name] = maker.portable(returned(names, node), 0)
            if len(bindings) == 1 and bindings[0].node in may_ask and asks_version(_said(bindings[0]), names):
                asks.add(name)
        found = replace(found, asks=frozenset(asks))
    if only:
        return found
    # Where the word is nowhere, nobody needs to look whether it stands in code.
    speaks = any("mlflow" in context.text.lower() and code_names_mlflow(context.names.scopes) for context in contexts)
    imports = tuple(dict.fromkeys(module for names in namespaces for module in imported_modules(names.scopes)))
    return Summary(
        path,
        found.exports,
        found.texts,
        found.fixtures,
        tuple(stars),
        public,
        frozenset(floats),
        frozenset(asks),
        speaks,
        any(word in text for word in (*ASKED, *ASKED_OF_RUNS, *ASKED_OF_CLIENTS)),
        imports,
        traces=any("autolog" in context.text and logs_calls(context.names) for context in contexts),
        opens=frozenset(name for names in namespaces if "_run" in text for name in opening_names(names.scopes)),
        logs="log_model" in text,
    )


@once
def _hands(context: Context) -> Hands:
    return hands_of(context.names)


@once
def _traced(context: Context) -> frozenset[ast.AST]:
    return traced_functions(context.names)


@once
def _written_by(context: Context) -> dict[ast.AST, list[str]]:
    """Return which attributes or methods of ``self`` the classes of a namespace take for flavors that write models."""
    found: dict[ast.AST, list[str]] = {}
    scopes = context.names.scopes
    for node in scopes.of(ast.Attribute) if "_model" in context.text else ():
        held = node.value.func if isinstance(node.value, ast.Call) else node.value
        if node.attr in ("log_model", "save_model") and isinstance(held, ast.Attribute):
            owner = scopes.self_class(held.value) if isinstance(held.value, ast.Name) else None
            if owner is not None:
                found.setdefault(owner, []).append(held.attr)
    return found


@once
def _may_ask(context: Context) -> set[ast.AST]:
    return statements_that_may_ask(context.names)


@once
def _imports_by_name(context: Context) -> bool:
    return _BY_NAME.search(context.text) is not None


@once
def _makes_clients(context: Context) -> bool:
    return gives_clients_stores(context.text.encode("utf-8", "replace"))


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
        context: The namespace that they stand in.
        hands: Which parameters of its functions end in a call of MLflow.
        makes: Whether the code may have instances of the classes of MLflow that are followed.
        is_whole: Whether the members of classes are looked at; else those of the top level are when they are asked for.
        traced: The functions that make a trace when they are called.
        classes: The classes that were made already, by how deep they stand in others: many attributes hold the same one.
    """

    path: str
    context: Context
    hands: Hands = field(default_factory=dict)
    makes: bool = False
    is_whole: bool = True
    traced: frozenset[ast.AST] = frozenset()
    classes: dict[tuple[ast.ClassDef, int], OwnClass] = field(default_factory=dict)

    @property
    def names(self) -> Names:
        """The names of the namespace."""
        return self.context.names

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
        if isinstance(value, Unknown) and value.functions and depth < _DEPTH:
            return replace(value, functions=tuple(self.portable(each, depth + 1) for each in value.functions))
        if isinstance(value, _PLAIN):
            return replace(value, functions=()) if isinstance(value, Unknown) and value.functions else value
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
            value = Unknown("it is what a lambda of another module gives")
            return OwnFunction("a lambda", value, self.hands.get(node, ()))
        deep = Unknown("it is handed on too many times to follow")
        gives = returned(self.names, node) if depth < _DEPTH else deep
        returns = returned_by(node)[:_RETURNS]
        if self.makes and gives is not deep and isinstance(gives, Unknown) and not (gives.among or gives.made_by):
            gives = replace(gives, among=self._held(node, returns))
        items = tuple(self._items(returns, depth)) if depth < _DEPTH else ()
        owner = self.names.scopes.parent(node)
        is_method = isinstance(owner, ast.ClassDef)
        name = f"{owner.name}.{node.name}" if isinstance(owner, ast.ClassDef) else node.name
        return OwnFunction(
            node.name,
            self.portable(gives, depth + 1),
            self.hands.get(node, ()),
            of_returns(returns, self.context),
            items,
            (self.path, name),
            placed(node, is_method=is_method),
            node in self.traced,
            importing(self.names, node) if _imports_by_name(self.context) else None,
            _makes_clients(self.context) and any(is_of_other_store(value, self.context) for value in returns),
            keys_of_dicts(returns, self.context),
            kept_by_returned((*returns, *yielded_by(node)), self.context),
            never_returns(node, self.context),
        )

    def _held(self, node: ast.AST, returns: list[ast.expr]) -> tuple[str, ...]:
        """Return of which classes of MLflow the items are of a collection that a function returns, or what it yields one by one."""
        items = (item for value in returns for item in items_in(value, self.context))
        found = (classes_of(item, self.context) for item in (*yielded_by(node), *items))
        return tuple(sorted(set[str]().union(*found)))

    def _items(self, returns: list[ast.expr], depth: int) -> Iterator[tuple[str | int, Value]]:
        """Return what of MLflow the items of the dicts and tuples are that a function returns."""
        for value in returns:
            keys: list[object] = []
            if isinstance(value, ast.Dict):
                keys, items = [key.value if isinstance(key, ast.Constant) else None for key in value.keys], value.values
            elif isinstance(value, ast.Tuple):
                keys, items = list(range(len(value.elts))), value.elts
            else:
                continue
            for key, item in zip(keys, items, strict=True):
                if isinstance(key, (str, int)) and not isinstance(item, ast.Starred):
                    given = self.portable(self.names.resolve(item), depth + 1)
                    if isinstance(given, (Mlflow, Instance)) or (isinstance(given, Unknown) and given.made_by):
                        yield key, given

    def _class(self, node: ast.ClassDef, depth: int) -> OwnClass:
        if (node, depth) not in self.classes:
            self.classes[node, depth] = self._made_class(node, depth)
        return self.classes[node, depth]

    def _made_class(self, node: ast.ClassDef, depth: int) -> OwnClass:
        names, is_apart = self.names, not self.is_whole and self._top(node.name) is node
        if depth >= _DEPTH and not is_apart:
            return OwnClass(node.name, (), complete=False)
        lineage = self._lineage(node)
        fields = next((fields for each in lineage if (fields := fields_of(each, self.context))), ())
        members: tuple[tuple[str, Value], ...] = ()
        texts: dict[str, Form] = {}
        if not is_apart:
            inherited = (name for each in lineage for name in names.scopes.attributes.get(each, ()))
            every = dict.fromkeys(inherited)
            given = self._given(node, fields)
            members = tuple(
                (name, self._member(names.member(node, name), given.get(name, ()), depth)) for name in every
            )
            forms = {name: self._member_text(lineage, name) for name in every}
            texts = {name: form for name, form in forms.items() if form is not None}
        bases = [(base, names.resolve(base)) for each in lineage for base in each.bases]
        parents = {base: self._imported(base) for base, value in bases if isinstance(value, (Unknown, OwnClass))}
        complete = all(
            isinstance(value, (Foreign, LocalClass)) or parents.get(base) is not None for base, value in bases
        )
        made = names.member(node, "__init__")
        hands: tuple[Handed, ...] = self.hands.get(made.node, ()) if isinstance(made, LocalFunction) else ()
        stores = tuple(dict.fromkeys(self._bases(node)))
        found = tuple((self.path, dotted) for dotted in parents.values() if dotted is not None)
        hands = made.hands if isinstance(made, OwnFunction) else hands
        place = (self.path, node.name) if is_apart else None
        how = importing_class(names, node) if _BY_NAME.search(self.context.text) else None
        return OwnClass(
            node.name, members, complete, tuple(texts.items()), hands, stores, found, self.path, fields, place, how,
            tuple(dict.fromkeys(name for each in lineage for name in _written_by(self.context).get(each, ()))),
        )  # fmt: skip

    def _top(self, name: str) -> ast.AST | None:
        """Return the one thing that a name of the top level is bound by."""
        bindings = self.names.scopes.module.bindings.get(name, ())
        return bindings[0].node if len(bindings) == 1 else None

    def add_member(self, dotted: str, found: Summary) -> None:
        """Add one member of a class of the top level to what a module offers."""
        name, _, member = dotted.partition(".")
        node = self._top(name)
        if not isinstance(node, ast.ClassDef):
            return
        lineage = self._lineage(node)
        if any(member in self.names.scopes.attributes.get(each, ()) for each in lineage):
            fields = next((fields for each in lineage if (fields := fields_of(each, self.context))), ())
            given = self._given(node, fields).get(member, ())
            found.exports[dotted] = self._member(self.names.member(node, member), given, 0)
            form = self._member_text(lineage, member)
            if form is not None:
                found.texts[dotted] = form

    def _member_text(self, lineage: list[ast.ClassDef], name: str) -> Form | None:
        """Return the text that an attribute holds, or that a property gives, by the nearest class that tells."""
        attributes = self.names.scopes.attributes
        held = (attributes.get(each, {}).get(name) for each in lineage)
        forms = (of_bindings(bindings, self.context) for bindings in held if bindings is not None)
        return next((form for form in forms if form is not None), None)

    def _given(self, node: ast.ClassDef, fields: Fields) -> dict[str, tuple[str, ...]]:
        """Return of which classes of MLflow the attributes are that the calls of a class in this module give."""
        found: dict[str, set[str]] = {}
        for made in self.context.facts.makers.get(node, ()) if self.makes else ():
            for name, value in kept_of_call(made, fields):
                found.setdefault(name, set()).update(classes_of(value, self.context))
        return {name: tuple(sorted(classes)) for name, classes in found.items()}

    def _member(self, value: Value, among: tuple[str, ...], depth: int) -> Value:
        is_open = isinstance(value, Unknown) and not value.among
        return self.portable(
            replace(value, among=among) if is_open and isinstance(value, Unknown) else value, depth + 1
        )

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
            elif isinstance(value, OwnClass):
                yield from value.bases
            elif isinstance(value, LocalClass) and depth < _DEPTH:
                yield from self._bases(value.node, depth + 1)
