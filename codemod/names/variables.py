"""Which places give a variable its value, and which of them a use can see."""

from __future__ import annotations

import ast
import functools
from bisect import bisect_left
from collections.abc import Sequence
from itertools import islice, takewhile

from codemod.names.bindings import Binding, Scope
from codemod.names.flow import LOOPS, dominates, excludes, in_loop, shared_loop
from codemod.names.import_aliases import mark_aliases
from codemod.names.nodes import defaults, is_compound
from codemod.names.scopes import Scopes
from codemod.names.values import Value


class Variables:
    """The variables of one namespace.

    Attributes:
        scopes: Its scopes.
        unanswered: How often a value was asked for on the way to itself.
        collections: What `codemod.names.collected` has found out of lists and dicts, by the statements that make them.
    """

    def __init__(self, scopes: Scopes) -> None:
        self.scopes = scopes
        mark_aliases(scopes)
        # A list cannot be a key, so its identity is; kept with it, it lives on, and no other list gets the same one. See `_in_order`.
        self._orders: dict[int, tuple[Sequence[Binding], list[Binding], list[Binding], list[int]]] = {}
        self.unanswered = 0
        self.collections: dict[ast.AST, Value | None] = {}

    def definition(self, node: ast.Name) -> ast.expr | None:
        """Return the one expression that a name was assigned, or None when there are several or none."""
        bindings = self._visible(node.id, node)
        sources = {binding.source for binding in bindings if binding.kind == "value"}
        return sources.pop() if len(bindings) == 1 and len(sources) == 1 else None

    def sole_value(self, node: ast.Name) -> ast.expr | None:
        """Return what a name was assigned, when nothing in the whole scope ever gives it another value."""
        bindings = self._bindings(node)
        return bindings[0].source if len(bindings) == 1 and bindings[0].kind == "value" else None

    def is_sole(self, node: ast.Name) -> bool:
        """Return whether a single place gives the name its value."""
        return len(self._bindings(node)) == 1

    def is_only(self, name: str, statement: ast.AST, use: ast.AST) -> bool:
        """Return whether a use of the name can see no value but the one that a statement gives it."""
        return {binding.node for binding in self._visible(name, use)} == {statement}

    def same_value(self, node: ast.Name, use: ast.AST) -> bool:
        """Return whether a name means at another place certainly what it means here."""
        here, there = self._visible(node.id, node), self._visible(node.id, use)
        if len(here) != 1 or here != there:
            return False
        # In a loop, the same statement gives it one value after the other.
        return not any(binding.kind == "element" for binding in here) or self.scopes.scope(node) is self.scopes.scope(
            use
        )

    def _bindings(self, node: ast.Name) -> list[Binding]:
        home = self._home(node.id, node)
        return home.bindings.get(node.id, []) if home is not None else []

    def sources(self, node: ast.Name) -> list[ast.expr]:
        """Return the expressions that a name may have its value from: by assignment, unpacked from a tuple, or by ``with``."""
        found: list[ast.expr] = []
        for binding in self._visible(node.id, node):
            if binding.source is not None and binding.kind in ("value", "enter"):
                found.append(binding.source)
            elif binding.source is not None and binding.kind == "part":
                found += _unpacked(node.id, binding.node, binding.source)
        return found

    def patterns(self, node: ast.Name) -> list[ast.MatchAs]:
        """Return the patterns of ``match`` that may give a name its value."""
        return [item.node for item in self._visible(node.id, node) if isinstance(item.node, ast.MatchAs)]

    def all_sources(self, node: ast.Name) -> list[ast.expr]:
        """Return all expressions that a name can have its value from, each assigned to it; none where it may have another origin."""
        bindings = self._visible(node.id, node)
        found = [binding.source for binding in bindings if binding.kind == "value" and binding.source is not None]
        return found if len(found) == len(bindings) else []

    def loops(self, node: ast.Name) -> list[ast.expr]:
        """Return what the loops run over that may give a name its value."""
        bindings = self._visible(node.id, node)
        return [item.source for item in bindings if item.kind in ("element", "part") and item.source is not None]

    def looping(self, node: ast.Name) -> list[tuple[ast.expr, ast.expr]]:
        """Return the targets of the loops that may give a name its value, with what they run over."""
        loops = (binding.node for binding in self._visible(node.id, node))
        return [
            (loop.target, loop.iter) for loop in loops if isinstance(loop, (ast.For, ast.AsyncFor, ast.comprehension))
        ]

    def parameter(self, node: ast.Name) -> ast.arg | None:
        """Return the parameter that a name means, or None when it is (or may be) anything else."""
        bindings = self._visible(node.id, node)
        only = bindings[0].node if len(bindings) == 1 else None
        return only if isinstance(only, ast.arg) else None

    def default(self, node: ast.Name) -> ast.expr | None:
        """Return the default of the parameter that a name means."""
        parameter = self.parameter(node)
        arguments = self.scopes.parent(parameter) if parameter is not None else None
        pairs = defaults(arguments) if isinstance(arguments, ast.arguments) else []
        return next((value for other, value in pairs if other is parameter), None)

    def unpacked(self, node: ast.Name) -> tuple[ast.expr, int] | None:
        """Return what a name is unpacked from, and its index: ``a, b = f()``; None when it has another origin, too."""
        bindings = self._visible(node.id, node)
        only = bindings[0] if len(bindings) == 1 and bindings[0].kind == "part" else None
        if only is None or only.source is None or not isinstance(only.node, ast.Assign):
            return None
        for target in only.node.targets:
            if isinstance(target, (ast.Tuple, ast.List)) and not any(
                isinstance(item, ast.Starred) for item in target.elts
            ):
                for index, item in enumerate(target.elts):
                    if isinstance(item, ast.Name) and item.id == node.id:
                        return only.source, index
        return None

    def is_bound(self, name: str, use: ast.AST) -> bool:
        """Return whether the code gives a name some value that a place can see."""
        return bool(self._visible(name, use))

    def imports(self, node: ast.Name) -> list[str]:
        """Return the dotted paths that a name is imported from; none when it has another origin, too."""
        bindings = self._visible(node.id, node)
        return [binding.module for binding in bindings] if all(b.kind == "import" for b in bindings) else []

    def uses(self, node: ast.Name) -> list[ast.Name]:
        """Return all places of the namespace that mean the same variable as this one."""
        if node.id not in self._by_home:
            homes: dict[Scope | None, list[ast.Name]] = {}
            for other in self._names.get(node.id, ()):
                homes.setdefault(self._home(other.id, other), []).append(other)
            self._by_home[node.id] = homes
        return list(self._by_home[node.id].get(self._home(node.id, node), ()))

    def places(self, name: str) -> list[ast.Name]:
        """Return all places of the namespace where a name stands by itself, whatever it means there."""
        return self._names.get(name, [])

    @functools.cached_property
    def strings(self) -> frozenset[str]:
        """The strings of the code that could be names."""
        values = (node.value for node in self.scopes.of(ast.Constant))
        return frozenset(value for value in values if isinstance(value, str) and value.isidentifier())

    @functools.cached_property
    def _by_home(self) -> dict[str, dict[Scope | None, list[ast.Name]]]:
        """The places of names that were asked for, by the scope that binds them there."""
        return {}

    @functools.cached_property
    def _names(self) -> dict[str, list[ast.Name]]:
        """The names that stand by themselves, by what they are."""
        found: dict[str, list[ast.Name]] = {}
        for name in self.scopes.of(ast.Name):
            found.setdefault(name.id, []).append(name)
        return found

    def qualified(self, function: ast.AST | None) -> str:
        """Return the name of a function as others call it, with its class: ``Report.show``."""
        owner = self.scopes.parent(function) if function is not None else None
        name = str(getattr(function, "name", ""))
        return f"{owner.name}.{name}" if isinstance(owner, ast.ClassDef) else name

    def _home(self, name: str, use: ast.AST) -> Scope | None:
        scope: Scope | None = self.scopes.scope(use)
        own = True
        while scope is not None:
            if name in scope.elsewhere:
                return scope.elsewhere[name]
            if (own or not scope.is_class) and name in scope.bindings:
                return scope
            own, scope = False, scope.parent
        return None

    def _visible(self, name: str, use: ast.AST) -> list[Binding]:
        """Return the bindings that a use of the name may mean; none when it is not bound here."""
        scope: Scope | None = self.scopes.scope(use)
        own = True
        while scope is not None:
            visible = own or not scope.is_class
            if visible and name in scope.elsewhere:
                return list(scope.elsewhere[name].bindings.get(name, ()))
            bindings = scope.bindings.get(name, ()) if visible else ()
            if bindings and not (scope.is_class and own and self._takes_outer(bindings, use)):
                # An inner scope can run at any time after the first binding, so it may see all of them.
                return self._reaching(bindings, use, scope) if own else list(bindings)
            own = own and _is_comprehension(scope)
            scope = scope.parent
        return []

    def _takes_outer(self, bindings: Sequence[Binding], use: ast.AST) -> bool:
        """Return whether a class takes over a name of the code around it, as ``mlflow = mlflow`` in its body does."""
        statement = self.scopes.statement(use)
        return all(
            isinstance(statement, (ast.Assign, ast.AnnAssign)) and self.scopes.statement(each.node) is statement
            for each in bindings
        )

    def _reaching(self, bindings: Sequence[Binding], use: ast.AST, home: Scope) -> list[Binding]:
        """Return the bindings that a use in the same scope can see, newest first."""
        if len(bindings) == 1:
            return list(bindings)
        scopes = self.scopes
        position = scopes.order(use)
        elsewhere, here, orders = self._in_order(bindings, home)
        found = list(elsewhere)
        for index in range(bisect_left(orders, position) - 1, -1, -1):
            binding = here[index]
            statement = scopes.statement(binding.node)
            if excludes(scopes, statement, use):
                continue
            if not is_compound(statement) and statement is scopes.statement(use) and binding.kind != "parameter":
                continue  # in `x = f(x)` the right side still means the old x
            found.append(binding)
            if binding.kind == "parameter" or dominates(scopes, statement, use):
                break
        later: list[Binding] = []
        if in_loop(scopes, use):
            around = [each for each in scopes.ancestors(use) if isinstance(each, LOOPS)][-1]
            # Of many loops with the same variable, only what this one holds may come back to the use.
            after = islice(here, bisect_left(orders, position), None)
            own = takewhile(lambda each: around in scopes.ancestors(each.node), after)
            every = [*(b for b in elsewhere if b.order >= position), *own]
            later = [b for b in every if shared_loop(scopes, b.node, use, found)]
        return [*found, *later] or list(bindings)

    def _in_order(self, bindings: Sequence[Binding], home: Scope) -> tuple[list[Binding], list[Binding], list[int]]:
        """Return the bindings of functions that say `global` or `nonlocal`, the others by their order, and these orders.

        Such a function may run before the use, wherever it stands. It is asked for at each use, and does not change.
        """
        key = id(bindings)
        if key not in self._orders:
            foreign = [b for b in bindings if home in self.scopes.scope(b.node).elsewhere.values()]
            known = {id(binding) for binding in foreign}
            here = sorted((b for b in bindings if id(b) not in known), key=lambda binding: binding.order)
            self._orders[key] = (bindings, foreign, here, [binding.order for binding in here])
        return self._orders[key][1:]


def _unpacked(name: str, statement: ast.AST, source: ast.expr) -> list[ast.expr]:
    """Return ``source[index]`` for a name that ``a, b = source`` binds; nothing for another statement."""
    for target in statement.targets if isinstance(statement, ast.Assign) else ():
        if isinstance(target, (ast.Tuple, ast.List)):
            plain = [item.id if isinstance(item, ast.Name) else "" for item in target.elts]
            if name in plain and not any(isinstance(item, ast.Starred) for item in target.elts):
                index = ast.Constant(plain.index(name))
                return [ast.copy_location(ast.Subscript(source, index, ast.Load()), source)]
    return []


def _is_comprehension(scope: Scope) -> bool:
    return isinstance(scope.node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp))
