"""Calls of which the function is one of several, all of MLflow and all seen: ``(mlflow.sklearn if plain else mlflow.xgboost).log_model``."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from codemod.analysis.calls import BoundCall, bind_to
from codemod.analysis.context import Context
from codemod.names import Mlflow
from codemod.names.nodes import is_none
from codemod.names.objects import mlflow_object

_DEPTH = 6
# What is done with a dict that stays as it is.
_READING = ("get", "keys", "values", "items")


def chosen_calls(node: ast.Call, context: Context) -> tuple[BoundCall, ...]:
    """Return the calls that one may be; none where its function may be one that is not seen, or not MLflow's."""
    paths = _paths(node.func, context, _DEPTH)
    return tuple(bind_to(node, path, context.names) for path in sorted(paths)) if paths and len(paths) > 1 else ()


def _paths(node: ast.expr, context: Context, depth: int) -> frozenset[str] | None:
    """Return the paths of all of MLflow that an expression may be; None where it may be anything else."""
    value = context.resolve(node)
    if isinstance(value, Mlflow):
        return frozenset({value.path})
    if depth == 0:
        return None
    if isinstance(node, ast.Attribute):
        owners = _paths(node.value, context, depth - 1)
        return owners and frozenset(mlflow_object(f"{owner}.{node.attr}").path for owner in owners)
    sources = [each for each in _sources(node, context) if not is_none(each)]
    return _of_all(sources, context, depth - 1)


def _of_all(sources: Iterable[ast.expr], context: Context, depth: int) -> frozenset[str] | None:
    found = frozenset[str]()
    for source in sources:
        paths = _paths(source, context, depth)
        if paths is None:
            return None
        found |= paths
    return found or None


def _sources(node: ast.expr, context: Context) -> list[ast.expr]:
    """Return all expressions that a value can come from in one step; none where there may be others."""
    if isinstance(node, ast.IfExp):
        return [node.body, node.orelse]
    if isinstance(node, ast.Name):
        return context.names.all_sources(node) or _of_loop(node, context)
    if isinstance(node, ast.Subscript):
        return _values(node.value, context)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
        values = _values(node.func.value, context)
        return [*values, *node.args[1:]] if values and not node.keywords else []
    return []


def _of_loop(node: ast.Name, context: Context) -> list[ast.expr]:
    """Return what a loop over a list that stands there gives to its variable: ``for flavor in (mlflow.sklearn, mlflow.xgboost)``."""
    looping = context.names.looping(node)
    if len(looping) != 1 or len(context.names.loops(node)) != 1:
        return []
    target, source = looping[0]
    items = source.elts if isinstance(source, (ast.List, ast.Tuple)) else []
    if isinstance(target, ast.Name):
        return [] if any(isinstance(item, ast.Starred) for item in items) else items
    if not isinstance(target, ast.Tuple):
        return []
    index = next((place for place, each in enumerate(target.elts) if getattr(each, "id", "") == node.id), None)
    rows = [item.elts for item in items if isinstance(item, (ast.List, ast.Tuple))]
    if index is None or len(rows) != len(items) or any(len(row) != len(target.elts) for row in rows):
        return []
    return [row[index] for row in rows]


def _values(node: ast.expr, context: Context) -> list[ast.expr]:
    """Return the values of a dict that stands there, or that a name alone has and nobody changes."""
    made = node
    if isinstance(node, ast.Name):
        source = context.names.definition(node)
        if source is None or context.read_elsewhere(node.id, node) or not _is_only_read(node, source, context):
            return []
        made = source
    return made.values if isinstance(made, ast.Dict) and None not in made.keys else []


def _is_only_read(node: ast.Name, source: ast.expr, context: Context) -> bool:
    scopes = context.names.scopes
    for use in context.names.uses(node):
        parent = scopes.parent(use)
        is_made = isinstance(parent, (ast.Assign, ast.AnnAssign)) and parent.value is source
        is_item = isinstance(parent, ast.Subscript) and parent.value is use and isinstance(parent.ctx, ast.Load)
        is_asked = isinstance(parent, ast.Attribute) and parent.attr in _READING
        if not (is_made or is_item or is_asked or isinstance(parent, (ast.Compare, ast.For, ast.comprehension))):
            return False
    return True
