"""By which names code may call what has another one: ``log`` after ``log = mlflow.sklearn.log_model``.

To resolve what every call of a file calls takes longer than all the rest. A call can only lead to MLflow's `log_model` when it is
written so, takes it as an argument (``partial(log_model)``), or is written by a name that some statement with `log_model` in it gives.
These names are collected here, generously: one too many costs a question more, one too few would lose a finding. Those that other
modules of the run have for such functions are among them.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import chain
from weakref import WeakKeyDictionary

from codemod.names.nodes import function_name
from codemod.names.objects import is_mlflow
from codemod.names.resolve import Names
from codemod.names.scopes import Scopes
from codemod.names.values import Mlflow, Partial, Unknown

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# What stands in these has no part in their value, or only in a string or a truth value.
_OTHER_VALUES = (ast.Attribute, ast.Compare, ast.BinOp, ast.UnaryOp, ast.FormattedValue)
_ENDS = (ast.stmt, ast.ExceptHandler, ast.match_case, ast.Module)


class _Index:
    """The nodes of a namespace that hold a name, in a string too, as ``getattr`` takes it, and the parameters of its functions.

    Attributes:
        parameters: Those of all functions by the name that a call has: the function's own, or that of its class.
    """

    def __init__(self, scopes: Scopes) -> None:
        self._nodes: defaultdict[str, list[ast.AST]] = defaultdict(list)
        self.parameters: defaultdict[str, set[str]] = defaultdict(set)
        for name, node in _named(scopes):
            self._nodes[name].append(node)
        functions: list[ast.FunctionDef | ast.AsyncFunctionDef] = [
            *scopes.of(ast.FunctionDef),
            *scopes.of(ast.AsyncFunctionDef),
        ]
        for function in functions:
            self._take(function, scopes.parent(function))

    def _take(self, function: ast.FunctionDef | ast.AsyncFunctionDef, owner: ast.AST | None) -> None:
        makers = (owner.name, "cls", "") if isinstance(owner, ast.ClassDef) else ()
        for made in (function.name, *makers):
            self.parameters[made].update(_names_of(function.args))

    def speaking(self, names: Set[str]) -> Iterator[ast.AST]:
        """Return the nodes that hold one of some names."""
        return chain.from_iterable(self._nodes[name] for name in names & self._nodes.keys())


def _named(scopes: Scopes) -> Iterator[tuple[str, ast.AST]]:
    yield from ((node.id, node) for node in scopes.of(ast.Name))
    yield from ((node.attr, node) for node in scopes.of(ast.Attribute))
    yield from ((node.value, node) for node in scopes.of(ast.Constant) if isinstance(node.value, str))
    yield from ((_getter_of(call), call) for call in scopes.of(ast.Call))
    yield from ((node.name.rpartition(".")[2], node) for node in scopes.of(ast.alias) if node.asname)


# Many rules ask about one namespace, each for other functions.
_indices: WeakKeyDictionary[Scopes, _Index] = WeakKeyDictionary()


def _index(scopes: Scopes) -> _Index:
    if scopes not in _indices:
        _indices[scopes] = _Index(scopes)
    return _indices[scopes]


def carriers(names: Names, functions: Iterable[str]) -> frozenset[str]:
    """Return all names by which a namespace may call functions of MLflow with some last names, those among them."""
    scopes, wanted, index = names.scopes, frozenset(functions), _index(names.scopes)
    bringing = names.elsewhere.modules.bringing
    found = wanted.union(*(bringing[name] for name in wanted & bringing.keys()))
    takers, makers = set[str](), set[str]()
    nodes = [node for node in index.speaking(found) if _is_mlflow(names, node)]
    while nodes:
        given: set[str] = set()
        for node in nodes:
            for parent, child in _around(scopes, node, makers):
                given.update(_given(parent))
                if isinstance(parent, (ast.Return, ast.Yield, ast.YieldFrom, ast.Lambda)):
                    makers.update(_returning(scopes, parent))
                if isinstance(parent, ast.Call) and parent.func is not child:
                    takers.add(function_name(parent.func))
                    given.update(_given_by_call(parent, index.parameters))
        new = (given | makers) - found
        found |= new
        nodes = list(index.speaking(new))
    return frozenset(found | takers)


def _is_mlflow(names: Names, node: ast.AST) -> bool:
    """Return whether a node that has the name of a function of MLflow is one, and not only called: what it gives is no function."""
    parent = names.scopes.parent(node)
    if isinstance(node, ast.alias):
        return True
    if isinstance(node, ast.Constant):
        if isinstance(parent, ast.Subscript):
            return isinstance(names.resolve(parent), Mlflow)  # `vars(mlflow.sklearn)["log_model"]`
        call = names.scopes.parent(parent) if isinstance(parent, ast.keyword) else parent
        if not isinstance(call, ast.Call):
            return False
        # `optional_import("mlflow.sklearn", name="log_model")`
        by_name = any(isinstance(each, ast.Constant) and is_mlflow(str(each.value)) for each in call.args[:1])
        if call is parent and function_name(call.func) == "get":
            return isinstance(names.resolve(call), Mlflow)
        return by_name or (call is parent and function_name(call.func) == "getattr")
    if isinstance(parent, ast.Attribute) or (isinstance(parent, ast.Call) and parent.func is node):
        return False
    if not isinstance(node, (ast.Name, ast.Attribute, ast.Call)):
        return False
    value = names.resolve(node)
    return isinstance(value, (Mlflow, Partial)) or (isinstance(value, Unknown) and bool(value.like))


def _getter_of(call: ast.Call) -> str:
    """Return the last name of what ``attrgetter("sklearn.log_model")(mlflow)`` gives; "" for another call."""
    getter = call.func
    named = getter.args[0] if isinstance(getter, ast.Call) and len(getter.args) == 1 else None
    return str(named.value).rpartition(".")[2] if isinstance(named, ast.Constant) else ""


def _around(scopes: Scopes, node: ast.AST, makers: Set[str]) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Return what may have the value of a node, up to its statement, each with its child on the way; an alias is around itself.

    What a call gives is no function, but for calls of the functions that return one.
    """
    if isinstance(node, ast.alias):
        yield node, node
    child = node
    for parent in scopes.ancestors(node):
        if isinstance(parent, _OTHER_VALUES):
            return
        if isinstance(parent, ast.Call) and parent.func is child and function_name(parent.func) not in makers:
            return
        yield parent, child
        if isinstance(parent, _ENDS):
            return
        child = parent


def _given(node: ast.AST) -> Iterator[str]:
    """Return the names that a node gives to what stands in it."""
    for target in _targets(node):
        for inner in ast.walk(target):
            if isinstance(inner, (ast.Name, ast.Attribute)):
                yield inner.id if isinstance(inner, ast.Name) else inner.attr
    if isinstance(node, ast.alias):
        yield node.asname or ""
    elif isinstance(node, ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.arguments):
        yield from _names_of(node)
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name
    elif isinstance(node, ast.Match):
        yield from (inner.name or "" for inner in ast.walk(node) if isinstance(inner, ast.MatchAs))


def _returning(scopes: Scopes, node: ast.AST) -> Iterator[str]:
    """Return the functions that may give what stands in a ``return`` or a ``lambda``."""
    for outer in scopes.ancestors(node):
        if isinstance(outer, _FUNCTIONS):
            yield outer.name
        elif isinstance(outer, (ast.Assign, ast.AnnAssign)) and isinstance(node, ast.Lambda):
            yield from (target.id for target in _targets(outer) if isinstance(target, ast.Name))


def _targets(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.Assign):
        yield from node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr, ast.For, ast.AsyncFor, ast.comprehension)):
        yield node.target
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield from (item.optional_vars for item in node.items if item.optional_vars is not None)


def _given_by_call(call: ast.Call, parameters: Mapping[str, Set[str]]) -> Iterator[str]:
    """Return the names that a call gives to its arguments."""
    called = function_name(call.func)
    yield from parameters.get(called, ())
    if called == "setattr" and len(call.args) == 3:
        name = call.args[1]
        yield name.value if isinstance(name, ast.Constant) and isinstance(name.value, str) else ""


def _names_of(arguments: ast.arguments) -> Iterator[str]:
    yield from (argument.arg for argument in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs))
