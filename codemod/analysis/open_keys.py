"""Which keys may a dict bring of which nobody can tell all: what functions return, classes keep and code puts into it later."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis.context import Context
from codemod.analysis.origins import origins
from codemod.names.flow import dominates
from codemod.names.scopes import Scopes

# Options of options of options.
_DEPTH = 3


def keys_that_may_come(node: ast.expr, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """Return the keys that the code shows for what is handed on by ``**``, each with the place that says so.

    They are enough to report: another branch, or another caller, may bring none of them.
    """
    found: dict[ast.expr, str] = {}
    _collect(node, context, found, _DEPTH)
    taken = keys_taken_out(node, context)
    yield from ((name, place) for place, name in found.items() if name not in taken)


def keys_taken_out(node: ast.expr, context: Context) -> frozenset[str]:
    """Return the keys that a variable surely has no more where it is used: ``options.pop("a")`` and ``del options["a"]`` took them."""
    if not isinstance(node, ast.Name):
        return frozenset()
    scopes = context.names.scopes
    found: dict[str, int] = {}
    for use in context.names.uses(node):
        key = _taken_from(use, scopes)
        if key is not None and scopes.scope(use) is scopes.scope(node) and scopes.order(use) < scopes.order(node):
            if dominates(scopes, scopes.statement(use), node):
                found[key] = max(scopes.order(use), found.get(key, 0))
    if not found:
        return frozenset()
    # What the variable gets behind that may bring the key back.
    given = [scopes.order(each) for each in context.names.sources(node) if scopes.scope(each) is scopes.scope(node)]
    put = [(name, scopes.order(place)) for name, place in _put_in(node, context)]
    return frozenset(
        key
        for key, taken in found.items()
        if all(order < taken for order in given) and all(order < taken for name, order in put if name == key)
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


def _collect(node: ast.expr, context: Context, found: dict[ast.expr, str], depth: int) -> None:
    for each in origins(node, context):
        for name, place in _written_in(each):
            found.setdefault(place, name)
        for name, place in _put_in(each, context):
            found.setdefault(place, name)
        for part in _parts(each) if depth else ():
            _collect(part, context, found, depth - 1)


def _written_in(node: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Return the keys of ``{"a": 1}`` and ``dict(a=1)``."""
    if isinstance(node, ast.Dict):
        for key in node.keys:
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, key
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        yield from ((keyword.arg, keyword.value) for keyword in node.keywords if keyword.arg is not None)


def _put_in(node: ast.expr, context: Context) -> Iterator[tuple[str, ast.expr]]:
    """Return the keys that ``options["a"] = 1`` and ``options.update(a=1)`` put into a variable."""
    for use in context.names.uses(node) if isinstance(node, ast.Name) else ():
        holder = context.names.scopes.parent(use)
        if isinstance(holder, ast.Subscript) and holder.value is use and isinstance(holder.ctx, ast.Store):
            if isinstance(holder.slice, ast.Constant) and isinstance(holder.slice.value, str):
                yield holder.slice.value, holder.slice
        call = context.names.scopes.parent(holder) if isinstance(holder, ast.Attribute) else None
        if isinstance(holder, ast.Attribute) and isinstance(call, ast.Call) and call.func is holder:
            yield from _by_method(holder.attr, call)


def _by_method(method: str, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    if method == "update":
        yield from ((keyword.arg, keyword.value) for keyword in call.keywords if keyword.arg is not None)
        for argument in call.args:
            yield from _written_in(argument)
    elif method == "setdefault" and call.args and isinstance(call.args[0], ast.Constant):
        yield str(call.args[0].value), call.args[0]


def _parts(node: ast.expr) -> Iterator[ast.expr]:
    """Return the dicts that are put together to one: ``{**first, **second}``, ``first | second``, ``dict(first)``."""
    if isinstance(node, ast.Dict):
        yield from (value for key, value in zip(node.keys, node.values, strict=True) if key is None)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        yield from (node.left, node.right)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        yield from (*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg is None))
