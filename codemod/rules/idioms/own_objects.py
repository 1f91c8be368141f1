"""Is what an expression asks one of the project's own objects, and none that holds or passes on one of MLflow's?"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from codemod.analysis import containers
from codemod.analysis.context import Context
from codemod.analysis.origins import given_to, items_in, origins
from codemod.names import Elements, Instance, LocalInstance, OwnInstance, Unknown

_OWN = (LocalInstance, OwnInstance)
_PASSING = ("__getattr__", "__getattribute__")


def is_given_own(node: ast.expr, field: str, context: Context) -> bool:
    """Return whether what is asked for a field comes from objects of the project's own classes, and from nothing else that is seen.

    An object of one's own may hold one of MLflow's: ``result.info.run_uuid`` where ``Result(run.info)`` was made.
    """
    is_below = isinstance(node, ast.Attribute)
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name) and context.given(node):
        return False
    given = list(given_to(node, context)) if isinstance(node, ast.Name) else []
    if not given:
        given = [source for source in origins(node, context) if isinstance(source, ast.Call)]
    return bool(given) and all(_is_own(each, field, context) and not _passes(each, is_below, context) for each in given)


def _is_own(node: ast.expr, field: str, context: Context) -> bool:
    """Return whether an expression makes an object of the project's own, or gives a collection of these alone."""
    if isinstance(context.resolve(node), _OWN):
        return True
    if isinstance(node, ast.Call) and containers.field(node, field, context) is not None:
        return True
    items = _items(node, context)
    return bool(items) and all(isinstance(context.resolve(item), _OWN) for item in items)


def _items(node: ast.expr, context: Context) -> list[ast.expr]:
    return [item for item in items_in(node, context) if item is not node]


def _passes(node: ast.expr, is_below: bool, context: Context) -> bool:
    """Return whether objects may pass on what another one has, or, where more than themselves is asked, may hold something of MLflow's."""
    objects = [node] if isinstance(context.resolve(node), _OWN) else _items(node, context)
    for each in objects:
        made = getattr(context.resolve(each), "node", None)
        body = made.body if isinstance(made, ast.ClassDef) else []
        if any(getattr(item, "name", "") in _PASSING for item in body):
            return True
        held = (*_arguments(each, context), *(value for item in body for value in _assigned(item)))
        if is_below and any(isinstance(context.resolve(value), (Instance, Elements)) for value in held):
            return True
        if is_below and any(isinstance(context.resolve(value), Unknown) for value in _arguments(each, context)):
            return True
    return False


def _arguments(node: ast.expr, context: Context) -> Iterator[ast.expr]:
    """Return what the calls get that may make an object."""
    for call in (node, *origins(node, context)):
        if isinstance(call, ast.Call):
            yield from (each.value if isinstance(each, ast.Starred) else each for each in call.args)
            yield from (keyword.value for keyword in call.keywords)


def _assigned(node: ast.AST) -> Iterator[ast.expr]:
    yield from (item.value for item in ast.walk(node) if isinstance(item, (ast.Assign, ast.AnnAssign)) and item.value)
