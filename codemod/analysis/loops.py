"""Which values may a loop give to its variable, as far as the code shows what it runs over?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.names import Names
from codemod.names.nodes import function_name

_KEEPS = ("sorted", "list", "tuple", "set", "reversed", "iter")
_DEPTH = 6

Path = tuple[int, ...]


def loop_values(node: ast.Name, names: Names) -> Iterator[ast.expr]:
    """Return the expressions of which a loop variable is one: ``for name, model in {"a": first, "b": second}.items()``."""
    for target, iterable in names.looping(node):
        path = _path(target, node.id)
        if path is not None:
            yield from _elements(iterable, path, names, 0)


def _path(target: ast.expr, name: str) -> Path | None:
    """Return at which places of the target of a loop a variable stands; None where it does not, or behind a star."""
    if isinstance(target, ast.Name):
        return () if target.id == name else None
    for index, item in enumerate(target.elts if isinstance(target, (ast.Tuple, ast.List)) else ()):
        inner = _path(item, name)
        if inner is not None:
            return (index, *inner)
    return None


def _elements(iterable: ast.expr, path: Path, names: Names, depth: int) -> Iterator[ast.expr]:
    if depth > _DEPTH:
        return
    if isinstance(iterable, ast.Name):
        source = names.definition(iterable)
        if source is not None:
            yield from _elements(source, path, names, depth + 1)
    elif isinstance(iterable, (ast.List, ast.Tuple, ast.Set)):
        for item in iterable.elts:
            yield from _part(item, path)
    elif isinstance(iterable, ast.Dict):
        for key in iterable.keys:
            if key is not None:
                yield from _part(key, path)
    elif isinstance(iterable, ast.Call):
        yield from _of_call(iterable, path, names, depth)


def _of_call(call: ast.Call, path: Path, names: Names, depth: int) -> Iterator[ast.expr]:
    called = function_name(call.func)
    if isinstance(call.func, ast.Attribute) and called in ("items", "keys", "values"):
        held = names.definition(call.func.value) if isinstance(call.func.value, ast.Name) else call.func.value
        if isinstance(held, ast.Dict):
            is_items = called == "items"
            values = called == "values" or (is_items and path[:1] == (1,))
            for item in held.values if values else held.keys:
                if item is not None and (path or not is_items):
                    yield from _part(item, path[1:] if is_items else path)
    elif called == "enumerate" and call.args and path[:1] == (1,):
        yield from _elements(call.args[0], path[1:], names, depth + 1)
    elif called in ("zip", "product") and path and path[0] < len(call.args):
        yield from _elements(call.args[path[0]], path[1:], names, depth + 1)
    elif called in _KEEPS and call.args:
        yield from _elements(call.args[0], path, names, depth + 1)


def _part(item: ast.expr, path: Path) -> Iterator[ast.expr]:
    for index in path:
        if not isinstance(item, (ast.Tuple, ast.List)) or index >= len(item.elts):
            return
        item = item.elts[index]
    if not isinstance(item, ast.Starred):
        yield item
