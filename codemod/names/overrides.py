"""What else an attribute of a class may be: classes made of it give it another value, and so does code that has an instance."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence, Set
from typing import TYPE_CHECKING, Union
from weakref import WeakKeyDictionary

from codemod.names.bindings import Binding
from codemod.names.nodes import dotted_text
from codemod.names.scopes import Scopes
from codemod.names.values import Elements, Instance, LocalClass, LocalInstance, Mlflow, Value, one_of

if TYPE_CHECKING:
    from codemod.names.resolve import Names

# Many attributes of one namespace are asked for.
_known: WeakKeyDictionary[Scopes, dict[str, list[ast.ClassDef]]] = WeakKeyDictionary()

# Of other packages' classes nothing is asked.
_OTHERS = frozenset("ABC BaseModel Enum Exception LightningModule Module Protocol PythonModel TestCase object".split())
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
# A class with its bases, and in its body what it gives its attributes. The names of bases are what follows the last point.
_CLASS = re.compile(rb"(?m)^class[ \t]+\w+[ \t]*\(([^()\r\n]{1,200})\)[ \t]*:")
_END = re.compile(rb"(?m)^[^\s#)]")
_GIVEN = re.compile(
    rb"(?m)^[ \t]+(?:self\.)?(\w+)[ \t]*(?::[^=\r\n]{1,80})?=(?!=)|^[ \t]+with[ \t][^\r\n]{1,200}\bas[ \t]+self\.(\w+)"
    # A method that takes any keywords may depend on how they are called.
    rb"|^[ \t]+(?:async[ \t]+)?def[ \t]+(\w+)\([^()\r\n]{0,200}\*\*"
    rb"|^[ \t]+@(?:\w+\.)?(?:cached_)?property[ \t]*\r?\n[ \t]+def[ \t]+(\w+)"
)

_NAMED = re.compile(rb"(?m)^class[ \t]+(\w+)")
_METHOD = re.compile(rb"(?m)^[ \t]+(?:async[ \t]+)?def[ \t]+(\w+)")
_KEPT = re.compile(rb"(?m)^[ \t]+(\w+)[ \t]*=[ \t]*staticmethod\(")
# Of so many methods is asked what each gives, for each call.
_MANY = 8
Function = Union[ast.FunctionDef, ast.AsyncFunctionDef]
_instead: WeakKeyDictionary[Scopes, dict[tuple[ast.ClassDef, ast.AST], list[Function]]] = WeakKeyDictionary()
#: What stands behind the name of a method.
CALLED = "()"
#: The name of a class, and that of an attribute which another one that is made of it gives another value, or has a method for.
Override = tuple[str, str]


def given_by_others(names: Names, owner: ast.ClassDef, name: str) -> Sequence[Binding]:
    """Return the places that give an attribute of a class another value: in classes made of it, and by an instance of it.

    Args:
        names: The namespace.
        owner: The class.
        name: The attribute.
    """
    kinds = [owner, *made_of(names, owner)]
    found = [each for kind in kinds[1:] for each in names.scopes.attributes.get(kind, {}).get(name, ())]
    for binding in names.scopes.outside.get(name, ()):
        targets = binding.node.targets if isinstance(binding.node, ast.Assign) else []
        targets = [binding.node.target] if isinstance(binding.node, ast.AnnAssign) else targets
        for target in targets:
            value = names.resolve(target.value) if isinstance(target, ast.Attribute) and target.attr == name else None
            if isinstance(value, (LocalInstance, LocalClass)) and value.node in kinds:
                found.append(binding)
    return [each for each in found if not isinstance(each.node, _FUNCTIONS)]


def assigned_to(names: Names, owner: ast.ClassDef, name: str) -> Sequence[Binding]:
    """Return the places that give an attribute of a class a value, where the class itself has one of that name."""
    own = names.scopes.attributes.get(owner, {}).get(name, ())
    return [*own, *given_by_others(names, owner, name)] if own else own


def set_outside(names: Names, owner: ast.ClassDef, name: str) -> Sequence[Binding] | None:
    """Return the places that give a class an attribute which it has not itself, none if they are in other files; None for no such place."""
    found = [*given_by_others(names, owner, name), *names.scopes.outside.get(name, ())]
    return found if found or (owner.name, name) in names.elsewhere.overrides else None


def made_of(names: Names, owner: ast.ClassDef) -> list[ast.ClassDef]:
    """Return the classes of a namespace that are made of one, directly or not."""
    found: dict[ast.ClassDef, None] = {}
    waiting = [owner]
    while waiting:
        new = [
            each
            for each in _children(names.scopes).get(waiting.pop().name, ())
            if each not in found and each is not owner
        ]
        found |= dict.fromkeys(new)
        waiting += new
    return list(found)


def _children(scopes: Scopes) -> dict[str, list[ast.ClassDef]]:
    """Return the classes of a namespace by the last names of those that they are made of."""
    if scopes not in _known:
        _known[scopes] = {}
        for kind in scopes.of(ast.ClassDef):
            for base in kind.bases:
                _known[scopes].setdefault(dotted_text(base).rpartition(".")[2], []).append(kind)
    return _known[scopes]


def is_overridden(node: ast.Attribute, names: Names) -> bool:
    """Return whether a class of another file gives an attribute of ``self`` another value."""
    owner = names.scopes.self_class(node.value) if isinstance(node.value, ast.Name) else None
    return owner is not None and (owner.name, node.attr) in names.elsewhere.overrides


def with_overrides(value: Value, owner: ast.ClassDef, name: str, names: Names) -> Value:
    """Return what an attribute of a class may be where classes of other files give it another value, or any class has a method of that name."""
    if not isinstance(value, (Elements, Instance, Mlflow)):
        return value
    is_instances = _is_of_instance(names, owner, name)  # which comes before a method
    if is_instances and not isinstance(value, Mlflow):
        return value
    found = {(owner.name, name)} if is_instances else {(owner.name, name), (owner.name, name + CALLED)}
    if not found.isdisjoint(names.elsewhere.overrides):
        return one_of(f"`{name}` is another one in a class of another file that is made of `{owner.name}`", [value])
    if is_instances:
        return value
    for kind in made_of(names, owner):
        for each in names.scopes.attributes.get(kind, {}).get(name, ()):
            if isinstance(each.node, _FUNCTIONS):
                return one_of(f"`{name}` is a method of `{kind.name}`, which is made of `{owner.name}`", [value])
    return value


def _is_of_instance(names: Names, owner: ast.ClassDef, name: str) -> bool:
    """Return whether a class gives an attribute to each of its instances, by ``self``, and has none of that name itself."""
    bindings = names.scopes.attributes.get(owner, {}).get(name, ())
    return not any(names.scopes.parent(each.node) is owner for each in bindings)


def given_by_method(names: Names, call: ast.Call, function: Function, returns: Callable[..., Value]) -> Value:
    """Return what a call of a method of the project gives: one of several things where ``self`` may be of a class that has another one.

    Args:
        names: The namespace.
        call: The call.
        function: The method. What it says itself that it returns, others return as well.
        returns: Says what a function returns.
    """
    value = returns(names, function)
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    owner = names.scopes.self_class(receiver) if isinstance(receiver, ast.Name) else None
    if owner is None or function.returns is not None or not isinstance(value, (Elements, Instance, Mlflow)):
        return value
    others = _methods_instead(names, owner, function)
    if others:
        is_same = len(others) <= _MANY and all(returns(names, each) == value for each in others)
        reason = f"`{function.name}` is another one in classes made of `{owner.name}`"
        return value if is_same else one_of(reason, [value, *(returns(names, each) for each in others[:_MANY])])
    if (owner.name, function.name + CALLED) in names.elsewhere.overrides:
        return one_of(f"`{function.name}` is another one in a class of another file", [value])
    return value


def _methods_instead(names: Names, owner: ast.ClassDef, function: ast.AST) -> list[Function]:
    """Return the methods that classes made of one have in the place of a method."""
    known = _instead.setdefault(names.scopes, {})
    if (owner, function) not in known:
        name = getattr(function, "name", "")
        kinds = made_of(names, owner)
        every = (each.node for kind in kinds for each in names.scopes.attributes.get(kind, {}).get(name, ()))
        known[owner, function] = [each for each in every if isinstance(each, _FUNCTIONS) and each is not function]
    return known[owner, function]


def overrides_in(code: bytes) -> Iterator[Override]:
    """Return which attributes of other classes the classes of a file give a value of their own, as far as its text shows.

    Methods have brackets behind them. So have the functions that classes keep for their methods, which stand behind no class, as do the
    classes of code that names MLflow.
    """
    yield from (("", each[1].decode("ascii", "ignore") + CALLED) for each in _KEPT.finditer(code))
    if b"mlflow" in code:
        yield from (("", each[1].decode("ascii", "ignore")) for each in _NAMED.finditer(code))
    for found in _CLASS.finditer(code):
        end = _END.search(code, found.end())
        body = code[found.end() : end.start() if end is not None else len(code)]
        bases = [each.strip().rpartition(b".")[2].decode("ascii", "ignore") for each in found[1].split(b",")]
        names = {(each[1] or each[2] or each[3] or each[4]).decode("ascii", "ignore") for each in _GIVEN.finditer(body)}
        names |= {each[1].decode("ascii", "ignore") + CALLED for each in _METHOD.finditer(body)}
        for name in names:
            yield from ((base, name) for base in bases if base.isidentifier() and base not in _OTHERS)


def overrides_that_count(every: Set[Override]) -> frozenset[Override]:
    """Return the overrides of a run, without the methods of which no class of code that names MLflow, or keeps functions, has one: there are many."""
    kept = {name for base, name in every if not base}
    return frozenset(
        (base, name) for base, name in every if base and (not name.endswith(CALLED) or name in kept or base in kept)
    )
