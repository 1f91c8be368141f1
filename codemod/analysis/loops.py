"""Which values may a loop give to its variable, as far as the code shows what it runs over?"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from codemod.analysis.attribute_index import attributes_named
from codemod.names import Names
from codemod.names.nodes import dotted_text, function_name

_KEEPS = ("sorted", "list", "tuple", "set", "reversed", "iter")
_DEPTH = 6

Path = tuple[int, ...]
#: Says from which expressions the value of one may come.
Sources = Callable[[ast.expr], Iterable[ast.expr]]


def loop_values(node: ast.Name, names: Names, sources: Sources | None = None) -> Iterator[ast.expr]:
    """Return the expressions of which a loop variable is one: ``for name, model in {"a": first, "b": second}.items()``.

    Args:
        node: The variable.
        names: Resolves the namespace.
        sources: Says from where the value of a variable comes; by default the one place that assigns it.
    """
    for iterable, path in loop_places(node, names):
        yield from _elements(iterable, path, _Variables(names, sources), 0)


def loop_places(node: ast.Name, names: Names) -> Iterator[tuple[ast.expr, Path]]:
    """Return what the loops run over that give a name its value, each with its place in an item."""
    for target, iterable in names.looping(node):
        path = _path(target, node.id)
        if path is not None:
            yield iterable, path


def values_of_loop(iterable: ast.expr, path: Path, names: Names) -> Iterator[ast.expr]:
    """Return what stands at a place in the items that a loop runs over."""
    yield from _elements(iterable, path, _Variables(names, None), 0)


@dataclass(frozen=True, slots=True)
class _Variables:
    """Says what variables hold.

    Attributes:
        names: Resolves the namespace.
        sources: Says from where the value of one comes; None for the one place that assigns it.
    """

    names: Names
    sources: Sources | None

    def of(self, node: ast.expr) -> Iterable[ast.expr]:
        """Return what a variable, or an attribute of a class of the code, was assigned; another expression as it stands."""
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return (node,)
        if isinstance(node, ast.Name):
            known = self.names.definition(node)
        else:
            known = self.names.attribute_definition(node)
        if known is not None or self.sources is None:
            return (known,) if known is not None else ()
        return [each for each in self.sources(node) if not isinstance(each, (ast.Name, ast.Attribute))]


def _path(target: ast.expr, name: str) -> Path | None:
    """Return at which places of the target of a loop a variable stands; None where it does not, or behind a star."""
    if isinstance(target, ast.Name):
        return () if target.id == name else None
    for index, item in enumerate(target.elts if isinstance(target, (ast.Tuple, ast.List)) else ()):
        inner = _path(item, name)
        if inner is not None:
            return (index, *inner)
    return None


def _elements(iterable: ast.expr, path: Path, held: _Variables, depth: int) -> Iterator[ast.expr]:
    if depth > _DEPTH:
        return
    if isinstance(iterable, (ast.Name, ast.Attribute)):
        yield from _of_name(iterable, path, held, depth)
    elif isinstance(iterable, (ast.List, ast.Tuple, ast.Set)):
        for item in iterable.elts:
            yield from _part(item, path)
    elif isinstance(iterable, ast.Dict):
        for key in filter(None, iterable.keys):
            yield from _part(key, path)
    elif isinstance(iterable, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
        yield from _part(iterable.key if isinstance(iterable, ast.DictComp) else iterable.elt, path)
    elif isinstance(iterable, ast.Call):
        yield from _of_call(iterable, path, held, depth)


def _of_name(node: ast.Name | ast.Attribute, path: Path, held: _Variables, depth: int) -> Iterator[ast.expr]:
    for source in held.of(node):
        yield from _elements(source, path, held, depth + 1)
    for key, item in _filled(node, held.names):
        yield from _part(key if key is not None else item, path)


def _filled(node: ast.Name | ast.Attribute, names: Names) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Return what the code puts into a dict or list by its name, each with its key in a dict: ``found[key] = item``, ``found.append(item)``."""
    for use in names.uses(node) if isinstance(node, ast.Name) else _alike(node, names):
        parent = names.scopes.parent(use)
        above = names.scopes.parent(parent) if parent is not None else None
        if isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Store):
            if isinstance(above, ast.Assign):
                yield parent.slice, above.value
        elif isinstance(parent, ast.Attribute) and parent.attr in ("append", "add") and isinstance(above, ast.Call):
            yield from ((None, item) for item in above.args[:1])


def _alike(node: ast.Attribute, names: Names) -> list[ast.Attribute]:
    """Return the attributes that are written as one is: ``self.models``."""
    text = dotted_text(node)
    return [each for each in attributes_named(names).get(node.attr, ()) if dotted_text(each) == text]


def _of_call(call: ast.Call, path: Path, held: _Variables, depth: int) -> Iterator[ast.expr]:
    called = function_name(call.func)
    if isinstance(call.func, ast.Attribute) and called in ("items", "keys", "values"):
        is_items = called == "items"
        of_values = called == "values" or (is_items and path[:1] == (1,))
        for key, value in _pairs(call.func.value, held) if path or not is_items else ():
            item = value if of_values else key
            if item is not None:
                yield from _part(item, path[1:] if is_items else path)
    elif called == "enumerate" and call.args and path[:1] == (1,):
        yield from _elements(call.args[0], path[1:], held, depth + 1)
    elif called in ("zip", "product") and path and path[0] < len(call.args):
        yield from _elements(call.args[path[0]], path[1:], held, depth + 1)
    elif called in _KEEPS and call.args:
        yield from _elements(call.args[0], path, held, depth + 1)


def _pairs(node: ast.expr, held: _Variables) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Return the keys of a dict with their values, as it is made and as the code fills it by its name."""
    for source in held.of(node):
        if isinstance(source, ast.Dict):
            yield from zip(source.keys, source.values, strict=True)
        elif isinstance(source, ast.DictComp):
            yield source.key, source.value
    if isinstance(node, (ast.Name, ast.Attribute)):
        yield from _filled(node, held.names)


def _part(item: ast.expr, path: Path) -> Iterator[ast.expr]:
    for index in path:
        if not isinstance(item, (ast.Tuple, ast.List)) or index >= len(item.elts):
            return
        item = item.elts[index]
    if not isinstance(item, ast.Starred):
        yield item
