"""Resolves expressions of one namespace to values; every answer is remembered."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from codemod import mlflow_api
from codemod.names.annotations import declared
from codemod.names.bindings import Binding
from codemod.names.collected import collected
from codemod.names.elsewhere import NOWHERE, Elsewhere
from codemod.names.expressions import EVALUATORS, element, entered, returned
from codemod.names.fixtures import fixtures_in
from codemod.names.flow import is_import_fallback
from codemod.names.forms import text_expression
from codemod.names.importers import imported_part
from codemod.names.kept_defaults import kept_default
from codemod.names.members import known_by_name, own_member, own_text, vague_member
from codemod.names.nodes import dotted_text, is_decorated, is_text, line_of
from codemod.names.objects import imported, is_mlflow, mlflow_object
from codemod.names.overrides import assigned_to, given_by_others, is_overridden, set_outside, with_overrides
from codemod.names.parametrized import by_default, given_by_mark, given_to_fixture, given_to_key
from codemod.names.replaced import behind_replacement, replacements
from codemod.names.scopes import Scopes
from codemod.names.simple_namespaces import if_not_set_out_of_sight, kept_by_namespace, made_with
from codemod.names.values import (
    Elements,
    Foreign,
    Getter,
    Instance,
    LocalClass,
    LocalFunction,
    LocalInstance,
    Mlflow,
    OwnClass,
    OwnFunction,
    OwnInstance,
    OwnModule,
    Partial,
    Unknown,
    Value,
    given_by,
    one_of,
)
from codemod.names.variables import Variables

# How far a value is followed through names, attributes and local functions before it counts as "cannot tell".
_DEPTH = 60

_READERS, _WRITERS = ("property", "cached_property", "getter"), ("setter", "deleter")

# Names that code without any import of them can only mean MLflow's: notebooks get them from `%run` or the runtime.
_UNBOUND = {"mlflow": Mlflow("mlflow"), "MlflowClient": Mlflow("mlflow.MlflowClient")}
# What a value that depends on itself finds instead of an endless loop.
_ITSELF = Unknown("its value depends on itself")


class Names(Variables):
    """What the expressions of one namespace are.

    Args:
        trees: The trees of the namespace's cells, in order.

    Attributes:
        elsewhere: The other files of the run, as this one sees them.
    """

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        super().__init__(Scopes(trees))
        self._values: dict[ast.AST, Value] = {}
        self._lookups: dict[tuple[str, ast.AST], Value] = {}
        self._bodies: dict[ast.AST, list[ast.expr]] = {}
        self._replaced: dict[str, int] | None = None
        self._depth = 0
        self.elsewhere = NOWHERE

    def attach(self, elsewhere: Elsewhere) -> None:
        """Let names that come from other files of the run be followed into them."""
        before = self.elsewhere
        if elsewhere.modules is not before.modules or elsewhere.told != before.told:
            self.elsewhere = elsewhere
            # What was resolved before did not know them.
            self._values.clear()
            self._lookups.clear()
            self.collections.clear()
            self._replaced = None

    def resolve(self, node: ast.expr) -> Value:
        """Say what an expression is."""
        value = self._values.get(node)
        if value is None:
            if self._depth >= _DEPTH:
                self.unanswered += 1
                return Unknown("it is handed on too many times to follow")
            self._depth += 1
            self._values[node] = _ITSELF
            try:
                value = self._compute(node)
            finally:
                self._depth -= 1
            self._values[node] = value
        elif value is _ITSELF:
            self.unanswered += 1
        return value

    def _compute(self, node: ast.expr) -> Value:
        if isinstance(node, ast.Name):
            return self.lookup(node.id, node)
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        evaluate = EVALUATORS.get(type(node))
        return evaluate(self, node) if evaluate is not None else Unknown("it is computed")

    def function(self, node: ast.Name) -> list[ast.expr] | None:
        """Return the expressions in the body of a local function, or None for anything else."""
        value = self.resolve(node)
        if not isinstance(value, LocalFunction):
            return None
        if value.node not in self._bodies:
            self._bodies[value.node] = [child for child in ast.walk(value.node) if isinstance(child, ast.expr)]
        return self._bodies[value.node]

    def definition(self, node: ast.Name) -> ast.expr | None:
        """Return the one expression that a name was assigned, or None when there are several or none.

        Of a string of another file of the run it is an expression of its own, which stands nowhere in this code.
        """
        bindings = self._visible(node.id, node)
        if not bindings:
            return text_expression(self.elsewhere.starred_text(self.scopes.module.stars, node.id))
        if len(bindings) == 1 and bindings[0].kind == "import":
            return text_expression(self.elsewhere.text(bindings[0].module))
        return super().definition(node)

    def attribute_definition(self, node: ast.Attribute) -> ast.expr | None:
        """Return the one expression that an attribute of a class of this document was assigned, or None."""
        if node.attr == "value" and isinstance(node.value, ast.Attribute):
            held = self.attribute_definition(node.value)
            if is_text(held):
                return held  # a member of an enumeration: no other string has a ``value``
        value = self.resolve(node.value) if self.elsewhere.modules.by_name else None
        if isinstance(value, OwnModule):
            return text_expression(self.elsewhere.modules.text_in(value.path, node.attr))
        if isinstance(value, (OwnClass, OwnInstance)):
            return own_text(value, node.attr, self, node.value)
        bindings = () if is_overridden(node, self) else self._assigned(node)
        return bindings[0].source if len(bindings) == 1 and bindings[0].kind == "value" else None

    def attribute_sources(self, node: ast.Attribute) -> list[ast.expr]:
        """Return the expressions that an attribute of a class of this document may have its value from."""
        return [item.source for item in self._assigned(node) if item.kind == "value" and item.source is not None]

    def annotations(self, node: ast.Attribute) -> list[ast.expr]:
        """Return what the class of this document declares an attribute to be."""
        return [item.annotation for item in self._assigned(node) if item.annotation is not None]

    def _assigned(self, node: ast.Attribute) -> Sequence[Binding]:
        owner = self._owner(node, LocalInstance, LocalClass)
        return assigned_to(self, owner, node.attr) if owner is not None else ()

    def _owner(self, node: ast.Attribute, *kinds: type[LocalInstance | LocalClass]) -> ast.ClassDef | None:
        """Return the class of this document that has an attribute: ``self`` is of it, or a value of some kinds."""
        owner = self.scopes.self_class(node.value) if isinstance(node.value, ast.Name) else None
        value = self.resolve(node.value) if owner is None else None
        return value.node if isinstance(value, kinds) else owner

    def source_of(self, node: ast.Name | ast.Attribute) -> ast.expr | None:
        """Return the one expression from which a name or attribute has its value, directly, as an element, or by ``with``."""
        if isinstance(node, ast.Attribute):
            return self.attribute_definition(node)
        bindings = self._visible(node.id, node)
        only = bindings[0] if len(bindings) == 1 else None
        return only.source if only is not None and only.kind in ("value", "element", "enter") else None

    def lookup(self, name: str, use: ast.AST) -> Value:
        """Say what a name means at a place of use."""
        bindings = self._visible(name, use)
        return self.agreed(name, bindings) if bindings else self._unbound(name)

    def _unbound(self, name: str) -> Value:
        own = self.elsewhere.starred(self.scopes.module.stars, name)
        if own is not None:
            return own
        for module in reversed(self.scopes.module.stars):
            if is_mlflow(module) and mlflow_api.canonical(f"{module}.{name}"):
                return mlflow_object(f"{module}.{name}")
        if name in _UNBOUND:
            return _UNBOUND[name]
        if self.scopes.module.stars:
            return Unknown(f"`{name}` may come from `from {self.scopes.module.stars[-1]} import *`")
        return Unknown(f"`{name}` is not defined here")

    def member(self, owner: ast.ClassDef, name: str) -> Value:
        """Return an attribute of a class of this document."""
        return self._member(owner, name, set())

    def agreed(self, name: str, bindings: Sequence[Binding]) -> Value:
        """Return the one value that bindings give a name, or say that they differ."""
        values: list[tuple[Value, Binding]] = []
        fallback: list[tuple[Value, Binding]] = []
        for binding in bindings:
            if isinstance(binding.source, ast.Constant) and binding.source.value is None and binding.kind == "value":
                if binding.annotation is None:
                    continue  # `client = None` says only that the real value comes later
            entry = (self._bound(binding), binding)
            (fallback if is_import_fallback(self.scopes, binding.node) else values).append(entry)
        values = values or fallback
        if not values:
            return Foreign("None")
        first, others = values[0][0], values[1:]
        for value, binding in others:
            if first != value:
                if isinstance(first, Foreign) and isinstance(value, Foreign):
                    continue
                where = " and ".join(map(str, sorted({line_of(b.node) for b in (values[0][1], binding)})))
                return one_of(f"`{name}` is bound to different things (line {where})", [each for each, _ in values])
        return first

    def _bound(self, binding: Binding) -> Value:
        kind = binding.kind
        if kind == "import":
            known = imported(binding.module)
            read = self.elsewhere.value if isinstance(known, Unknown) else self.elsewhere.beside
            return (None if isinstance(known, Mlflow) else read(binding.module)) or known
        if kind == "parameter":
            return self._parameter(binding)
        if kind == "definition" and isinstance(binding.node, ast.ClassDef):
            return LocalClass(binding.node)
        if kind == "definition" and isinstance(binding.node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            return LocalFunction(binding.node)
        if binding.annotation is not None and (annotated := declared(self, binding.annotation)) is not None:
            return annotated
        if binding.source is None:
            return Unknown("it is computed")
        find = {"value": collected, "part": imported_part}.get(kind)
        if find is not None and (found := find(binding, self)) is not None:
            return found
        return self._part(self.resolve(binding.source), kind)

    def _part(self, value: Value, kind: str) -> Value:
        """Return what a binding of some kind takes of the value behind it."""
        if kind == "element":
            return element(value)
        if kind == "enter":
            return entered(self, value)
        if kind == "part":
            return value if isinstance(value, (Foreign, Unknown)) else Unknown("it is unpacked from another value")
        return value

    def _parameter(self, binding: Binding) -> Value:
        node = binding.node
        assert isinstance(node, ast.arg)
        if binding.annotation is not None and (value := declared(self, binding.annotation)) is not None:
            return value
        function = self.scopes.parent(self.scopes.parent(node) or node)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            owner = self.scopes.owner(function, node.arg)
            if owner is not None:
                return LocalInstance(owner)
            given = given_by_mark(self, function, node.arg) or self._fixture(node.arg, function)
            if (given := given or kept_default(self, function, node)) is not None:
                return given
        if (asked := given_to_key(self, function, node)) is not None:
            return asked
        among = (*self.elsewhere.given_for(self.qualified(function), node.arg), *by_default(self, node))
        return Unknown(f"`{node.arg}` is a parameter", among)

    def _fixture(self, name: str, function: ast.AST) -> Value | None:
        """Return what a pytest fixture of this module returns, for a parameter of the same name."""
        node = fixtures_in(self.scopes).get(name)
        if node is not None and node is not function:
            return returned(self, node)
        return self.elsewhere.modules.fixture(self.elsewhere.path, name)

    def _attribute(self, node: ast.Attribute) -> Value:
        text = dotted_text(node)
        if text and text in self.scopes.dotted:
            replaced = self._assigned_elsewhere(text, node)
            if replaced is not None:
                return replaced
        if isinstance(node.value, ast.Name):
            owner = self.scopes.self_class(node.value)
            if owner is not None:
                return self._member(owner, node.attr, set())
        given = given_to_fixture(self, node) or kept_by_namespace(self, node)
        if given is not None:
            return given
        value = self.attribute_of(self.resolve(node.value), node.attr)
        if isinstance(value, Mlflow) and isinstance(node.ctx, ast.Load) and value.path in self._replacements():
            return behind_replacement(self, node, value, value.path, self._replacements()[value.path])
        return known_by_name(value, node)

    def _replacements(self) -> dict[str, int]:
        """Return what of MLflow this code puts its own in the place of, by another name or by ``setattr``, with the line."""
        if self._replaced is not None:
            return self._replaced
        self._replaced = {}  # what is asked meanwhile finds this
        self._replaced.update(replacements(self))
        return self._replaced

    def _assigned_elsewhere(self, text: str, node: ast.Attribute) -> Value | None:
        """Return the value that the document assigns to ``a.b``, or say that an MLflow function was replaced."""
        bindings = [b for b in self.scopes.dotted[text] if not self._holds(b.node, node)]
        if not bindings:
            return None
        original = self.attribute_of(self.resolve(node.value), node.attr)
        if isinstance(original, (Mlflow, Instance)):
            return behind_replacement(self, node, original, text, line_of(bindings[0].node))
        return if_not_set_out_of_sight(self, node, self.agreed(text, [*made_with(self, node, bindings), *bindings]))

    def _holds(self, statement: ast.AST, node: ast.AST) -> bool:
        return self.scopes.statement(node) is statement

    def _member(self, owner: ast.ClassDef, name: str, seen: set[ast.ClassDef]) -> Value:
        """Return an attribute of a class of this document, looked up through the bases that are seen here."""
        if owner in seen:
            return Unknown("its class is its own base")
        seen.add(owner)
        bindings = self.scopes.attributes.get(owner, {}).get(name)
        if bindings:
            value = self._own_member(owner, name, bindings)
            if (
                isinstance(value, Mlflow)
                and (owner.decorator_list or owner.bases)
                and bindings[0].annotation is not None
            ):
                return one_of(f"`{name}` is a field of `{owner.name}`, which may be made with another", [value])
            return value
        if name == "__class__":
            return LocalClass(owner)
        if "__getattr__" in self.scopes.attributes.get(owner, {}):
            return Unknown(f"`{owner.name}.__getattr__` finds it at run time")
        for base in owner.bases:
            inherited = self._inherited(base, name, seen)
            if inherited is not None:
                return inherited
        if (others := set_outside(self, owner, name)) is not None:
            return one_of(f"`{name}` is set from outside of `{owner.name}`", [self._bound(each) for each in others])
        return Foreign(f"class {owner.name}")

    def _own_member(self, owner: ast.ClassDef, name: str, bindings: Sequence[Binding]) -> Value:
        """Return an attribute that a class makes itself."""
        # What reads an attribute is its property, also where what sets it is defined below.
        definitions = [item for item in bindings if item.kind == "definition" and not is_decorated(item.node, _WRITERS)]
        if definitions and isinstance(definitions[-1].node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            function = definitions[-1].node
            return returned(self, function) if is_decorated(function, _READERS) else LocalFunction(function)
        found = self.agreed(f"self.{name}", [*bindings, *given_by_others(self, owner, name)])
        found = with_overrides(found, owner, name, self)
        if isinstance(found, Unknown) and not found.among:
            found = replace(found, among=self.elsewhere.given_for(f"{owner.name}.__init__", name))
        # A class that says no more leaves it to others: to those made from it, or to whoever sets it.
        return Unknown(f"`{name}` is set elsewhere") if found == Foreign("None") else found

    def reader_of(self, node: ast.Attribute) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
        """Return the property of a class of this document that reading an attribute runs; None for any other attribute."""
        owner = self._owner(node, LocalInstance)
        bindings = self.scopes.attributes.get(owner, {}).get(node.attr, ()) if owner is not None else ()
        made = (each.node for each in bindings if isinstance(each.node, (ast.FunctionDef, ast.AsyncFunctionDef)))
        return next((each for each in made if is_decorated(each, _READERS)), None)

    def _inherited(self, base: ast.expr, name: str, seen: set[ast.ClassDef]) -> Value | None:
        """Return an attribute that a class has from a base; None when that one is known and has none."""
        value = self.resolve(base)
        if isinstance(value, LocalClass):
            inherited = self._member(value.node, name, seen)
            return None if isinstance(inherited, Foreign) else inherited
        if isinstance(value, OwnClass):
            theirs = own_member(value, name, self.elsewhere.modules)
            return None if theirs == Foreign(f"class {value.name}") else theirs
        if isinstance(value, Mlflow):
            found = self.attribute_of(Instance(value.path), name)
            return found if isinstance(found, Mlflow) and mlflow_api.canonical(found.path) else None
        if isinstance(value, Unknown):
            return Unknown(f"`{name}` may come from the base class `{ast.unparse(base)}`")
        if isinstance(value, Foreign) and value.what not in ("abc", "object", "typing", "enum"):
            return Foreign(value.what)
        return None

    def attribute_of(self, value: Value, name: str) -> Value:
        """Say what an attribute of a value is."""
        if isinstance(value, Mlflow):
            return mlflow_object(f"{value.path}.{name}")
        if isinstance(value, Instance):
            member = mlflow_object(f"{value.path}.{name}")
            held = given_by(member.path) if mlflow_api.kind_in_api(member.path) == "attribute" else None
            return held if held is not None else member
        if isinstance(value, (LocalInstance, LocalClass)):
            return self._member(value.node, name, set())
        if isinstance(value, OwnModule):
            return self.elsewhere.modules.member(value.path, name)
        if isinstance(value, (OwnInstance, OwnClass)):
            return own_member(value, name, self.elsewhere.modules)
        if isinstance(value, Elements):
            return Unknown("it is an attribute of a list")
        if isinstance(value, (LocalFunction, OwnFunction, Partial, Getter)):
            return Foreign("an attribute of a function")
        return vague_member(value, name)
