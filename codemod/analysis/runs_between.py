"""What may run between a place and a use of what is found there: code that other code may hide something in."""

from __future__ import annotations

import ast
import bisect
from collections.abc import Iterator
from typing import TYPE_CHECKING

from codemod.analysis.once import once
from codemod.analysis.runs import WAITING
from codemod.names.flow import dominates

if TYPE_CHECKING:
    from codemod.analysis.context import Context

#: What may run code of others.
RUNNING = (
    ast.Call, ast.Assign, ast.AnnAssign, ast.Delete, ast.Import, ast.ImportFrom, ast.withitem, ast.Attribute, *WAITING,
)  # fmt: skip
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_WITH = (ast.With, ast.AsyncWith)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def runs_between(place: ast.AST, use: ast.AST, context: Context) -> Iterator[ast.AST]:
    """Return the calls, imports and assignments that may run after a place and before a use in the same function."""
    scopes = context.names.scopes
    start, end = scopes.order(place), scopes.order(use)
    around = list(scopes.ancestors(use))
    outside = set(scopes.ancestors(place))
    repeated = [
        item
        for item in around
        if isinstance(item, _LOOPS) and (item not in outside or not dominates(scopes, scopes.statement(place), use))
    ]
    whole = repeated[-1] if repeated else None
    left = {item for item in outside if isinstance(item, _WITH)} - set(around)
    function = _function(use, context)
    running = _running(context).get(function, [])
    first = bisect.bisect_right(running, start, key=scopes.order)
    last = bisect.bisect_left(running, end, key=scopes.order)
    yield from running[first:last]
    within = (each for each in ast.walk(use) if each is not use and isinstance(each, RUNNING))
    yield from (each for each in within if _function(each, context) is function)
    if whole is None and not left:
        return
    for node in (*running[:first], *running[max(first, last) :]):
        inside = whole is not None and whole in scopes.ancestors(node)
        if not inside and left:
            inside = not left.isdisjoint(scopes.ancestors(node)) and isinstance(_item(node, context), ast.withitem)
        if inside:
            yield node


@once
def _running(context: Context) -> dict[ast.AST | None, list[ast.AST]]:
    """Return the calls, imports and assignments of each function, or of none, in the order of the source."""
    scopes = context.names.scopes
    found: dict[ast.AST | None, list[ast.AST]] = {}
    for node in sorted((each for kind in RUNNING for each in scopes.of(kind)), key=scopes.order):
        found.setdefault(_function(node, context), []).append(node)
    return found


def _item(node: ast.AST, context: Context) -> ast.AST | None:
    """Return the item of a ``with`` in whose head a node stands."""
    around = (node, *context.names.scopes.ancestors(node))
    return next((item for item in around if isinstance(item, (ast.withitem, ast.stmt))), None)


def _function(node: ast.AST, context: Context) -> ast.AST | None:
    """Return the function or class that a node stands in; a lambda counts as the code around it."""
    return next((item for item in context.names.scopes.ancestors(node) if isinstance(item, _SCOPES)), None)
