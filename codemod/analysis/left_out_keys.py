"""Which keys has a dict surely not: those that code takes out of it, or leaves out where it makes it of another one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Union

from codemod.names import Names
from codemod.names.flow import dominates
from codemod.names.scopes import Scopes

# Options that are made of options of options.
_DEPTH = 4
#: The key of what is put into a dict under one that is not seen.
ANY = "*"
_Making = Union[ast.DictComp, ast.GeneratorExp]


@dataclass(frozen=True, slots=True)
class Lacking:
    """The keys that a dict has not.

    Attributes:
        out: Those that are seen.
        only: The keys of which it has no others; None where it may have any.
    """

    out: frozenset[str] = frozenset()
    only: frozenset[str] | None = None

    def has_not(self, key: str) -> bool:
        """Return whether a key is surely not there."""
        return key in self.out or (self.only is not None and key not in self.only)


def lacking(node: ast.expr, names: Names, depth: int = _DEPTH) -> Lacking:
    """Return the keys that a dict surely has not where it is used.

    ``options.pop("a")`` and ``del options["a"]`` took them, or ``{k: v for k, v in options.items() if k != "a"}`` left them out.
    """
    made = _making(node)
    if made is not None:
        inner = lacking(_source(made)[0], names, depth - 1) if depth and _source(made) else Lacking()
        own = _left_out(made, names)
        only = own.only if inner.only is None else inner.only if own.only is None else inner.only & own.only
        return Lacking(own.out | inner.out, only)
    copied = _copied(node)
    if copied is not None:
        return lacking(copied, names, depth - 1) if depth else Lacking()
    if not isinstance(node, (ast.Name, ast.Attribute)):
        return Lacking()
    given = _last_given(node, names)
    before = lacking(given, names, depth - 1) if given is not None and depth else Lacking()
    if given is not None and before != Lacking():
        put = {name for name, place in put_in(node, names) if names.scopes.order(place) > names.scopes.order(given)}
        only = before.only | put if before.only is not None else None
        before = Lacking() if ANY in put else Lacking(before.out - put, only)
    return Lacking(before.out | _taken(node, names), before.only)


def _copied(node: ast.expr) -> ast.expr | None:
    """Return the dict of which an expression makes a copy, or a part of a new one that has nothing else."""
    if isinstance(node, ast.Dict) and node.keys == [None]:
        return node.values[0]
    if not isinstance(node, ast.Call) or node.keywords:
        return None
    if isinstance(node.func, ast.Attribute) and node.func.attr == "copy" and not node.args:
        return node.func.value
    is_dict = isinstance(node.func, ast.Name) and node.func.id == "dict" and len(node.args) == 1
    return node.args[0] if is_dict else None


def _last_given(node: ast.Name | ast.Attribute, names: Names) -> ast.expr | None:
    """Return the expression that a variable or attribute certainly has its value from."""
    if isinstance(node, ast.Name):
        return names.definition(node)
    scopes, use = names.scopes, names.scopes.order(node)
    if not isinstance(node.ctx, ast.Load):
        return None
    only = names.attribute_definition(node)
    if only is not None:
        return only
    here = [
        each
        for each in names.attribute_sources(node)
        if scopes.scope(each) is scopes.scope(node) and scopes.order(each) < use
    ]
    last = max(here, key=scopes.order, default=None)
    return last if last is not None and dominates(scopes, scopes.statement(last), node) else None


def _taken(node: ast.Name | ast.Attribute, names: Names) -> frozenset[str]:
    """Return the keys that statements take out of a variable in front of its use."""
    if not isinstance(node, ast.Name):
        return frozenset()
    scopes = names.scopes
    found: dict[str, int] = {}
    for use in names.uses(node):
        key = _taken_from(use, scopes)
        if key is not None and scopes.scope(use) is scopes.scope(node) and scopes.order(use) < scopes.order(node):
            if dominates(scopes, scopes.statement(use), node):
                found[key] = max(scopes.order(use), found.get(key, 0))
    if not found:
        return frozenset()
    # What the variable gets behind that may bring the key back.
    given = [scopes.order(each) for each in names.sources(node) if scopes.scope(each) is scopes.scope(node)]
    put = [(name, scopes.order(place)) for name, place in put_in(node, names)]
    return frozenset(
        key
        for key, taken in found.items()
        if all(order < taken for order in given) and all(order < taken for name, order in put if name in (key, ANY))
    )


def _taken_from(use: ast.expr, scopes: Scopes) -> str | None:
    """Return the key that a use of a dict takes out of it."""
    holder = scopes.parent(use)
    key: ast.expr | None = None
    if isinstance(holder, ast.Subscript) and holder.value is use and isinstance(holder.ctx, ast.Del):
        key = holder.slice
    call = scopes.parent(holder) if isinstance(holder, ast.Attribute) and holder.attr == "pop" else None
    if isinstance(call, ast.Call) and call.func is holder and call.args:
        key = call.args[0]
    return key.value if isinstance(key, ast.Constant) and isinstance(key.value, str) else None


def put_in(node: ast.expr, names: Names) -> Iterator[tuple[str, ast.expr]]:
    """Return the keys that ``options["a"] = 1`` and ``options.update(a=1)`` put into a variable; `ANY` for those that are not seen."""
    for use in _uses(node, names):
        holder = names.scopes.parent(use)
        if isinstance(holder, ast.Subscript) and holder.value is use and isinstance(holder.ctx, ast.Store):
            is_text = isinstance(holder.slice, ast.Constant) and isinstance(holder.slice.value, str)
            yield str(holder.slice.value) if isinstance(holder.slice, ast.Constant) and is_text else ANY, holder.slice
        call = names.scopes.parent(holder) if isinstance(holder, ast.Attribute) else None
        if isinstance(holder, ast.Attribute) and isinstance(call, ast.Call) and call.func is holder:
            yield from _by_method(holder.attr, call)


def _uses(node: ast.expr, names: Names) -> list[ast.Name] | list[ast.Attribute]:
    """Return the places that mean the same variable, or an attribute of the same name."""
    if isinstance(node, ast.Name):
        return names.uses(node)
    if not isinstance(node, ast.Attribute):
        return []
    return [each for each in names.scopes.of(ast.Attribute) if each.attr == node.attr]


def _by_method(method: str, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if method == "update":
        yield from ((keyword.arg or ANY, keyword.value) for keyword in call.keywords)
        for argument in call.args:
            seen = list(written_in(argument))
            is_whole = isinstance(argument, ast.Dict) and len(seen) == len(argument.keys)
            yield from seen if is_whole else [*seen, (ANY, argument)]
    elif method == "setdefault" and call.args and isinstance(call.args[0], ast.Constant):
        yield str(call.args[0].value), call.args[0]


def written_in(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Return the keys of ``{"a": 1}`` and ``dict(a=1)``."""
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, key
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None)


def dict_behind(node: ast.expr) -> ast.expr | None:
    """Return the dict of whose items a comprehension makes another one with the same keys; None for any other expression."""
    made = _making(node)
    source = _source(made) if made is not None else None
    return source[0] if source else None


def _making(node: ast.expr) -> _Making | None:
    """Return the comprehension that makes a dict: ``{k: v for ...}`` and ``dict((k, v) for ...)``."""
    if isinstance(node, ast.DictComp):
        return node if len(node.generators) == 1 else None
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "dict"
        and len(node.args) == 1
    ):
        pairs = node.args[0]
        if isinstance(pairs, ast.GeneratorExp) and len(pairs.generators) == 1 and not node.keywords:
            return pairs
    return None


def _key_of(made: _Making) -> str:
    """Return the variable that a comprehension takes for its keys; "" for none."""
    key: ast.expr | None = made.key if isinstance(made, ast.DictComp) else None
    if isinstance(made, ast.GeneratorExp) and isinstance(made.elt, ast.Tuple) and made.elt.elts:
        key = made.elt.elts[0]
    return key.id if isinstance(key, ast.Name) else ""


def _source(made: _Making) -> tuple[ast.expr, ...]:
    """Return the dict whose keys a comprehension takes over, those that its conditions allow."""
    loop, key = made.generators[0], _key_of(made)
    target = loop.target.elts[0] if isinstance(loop.target, ast.Tuple) and len(loop.target.elts) == 2 else loop.target
    if not key or not isinstance(target, ast.Name) or target.id != key:
        return ()
    over, pairs = loop.iter, isinstance(loop.target, ast.Tuple)
    if isinstance(over, ast.Call) and isinstance(over.func, ast.Attribute) and not over.args:
        return (over.func.value,) if over.func.attr == ("items" if pairs else "keys") else ()
    return () if pairs else (over,)


def _left_out(made: _Making, names: Names) -> Lacking:
    """Return what the conditions of a comprehension leave out."""
    key, out, only = _key_of(made), frozenset[str](), None
    if not pairs_of_loop(made) and key:
        only = _texts(made.generators[0].iter, names)
    waiting = list(made.generators[0].ifs)
    while waiting:
        test = waiting.pop()
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            waiting += test.values
            continue
        refused, allowed = _by_test(test, key, names)
        out |= refused
        only = allowed if only is None else only if allowed is None else only & allowed
    return Lacking(out, only)


def pairs_of_loop(made: _Making) -> bool:
    """Return whether the loop of a comprehension is over pairs of keys and values."""
    return isinstance(made.generators[0].target, ast.Tuple)


def _by_test(test: ast.expr, key: str, names: Names) -> tuple[frozenset[str], frozenset[str] | None]:
    """Return which keys a condition refuses, and to which it keeps the others; None for any."""
    negated = isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)
    asked = test.operand if isinstance(test, ast.UnaryOp) and negated else test
    if not isinstance(asked, ast.Compare) or len(asked.ops) != 1:
        return frozenset(), None
    left, operator, right = asked.left, asked.ops[0], asked.comparators[0]
    if isinstance(operator, (ast.Eq, ast.NotEq)):
        left, right = (right, left) if isinstance(right, ast.Name) and right.id == key else (left, right)
        found = frozenset({right.value}) if isinstance(right, ast.Constant) and isinstance(right.value, str) else None
    else:
        found = _texts(right, names) if isinstance(operator, (ast.In, ast.NotIn)) else None
    if found is None or not isinstance(left, ast.Name) or left.id != key:
        return frozenset(), None
    refuses = isinstance(operator, (ast.NotEq, ast.NotIn)) is not negated
    return (found, None) if refuses else (frozenset(), found)


def _may_change(use: ast.Name, names: Names) -> bool:
    """Return whether a use of a collection may put something else into it; a comparison and a loop do not."""
    parent = names.scopes.parent(use)
    if not isinstance(use.ctx, ast.Load):
        return isinstance(parent, ast.AugAssign)
    return not isinstance(parent, (ast.Compare, ast.comprehension, ast.For, ast.FormattedValue))


def _texts(node: ast.expr, names: Names) -> frozenset[str] | None:
    """Return the strings of a collection that stands in the code; None for any other."""
    if isinstance(node, ast.Name):
        source = names.sole_value(node)
        if any(_may_change(use, names) for use in names.uses(node)):
            return None
        return _texts(source, names) if source is not None and not isinstance(source, ast.Name) else None
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and len(node.args) == 1:
        return _texts(node.args[0], names) if node.func.id in ("frozenset", "set", "tuple", "list") else None
    if isinstance(node, ast.Dict):
        keys = node.keys
    elif isinstance(node, (ast.Tuple, ast.List, ast.Set)):
        keys = list(node.elts)
    else:
        return None
    texts = [each.value for each in keys if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    return frozenset(texts) if len(texts) == len(keys) else None
