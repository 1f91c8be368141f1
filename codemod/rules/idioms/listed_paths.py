"""Paths that `list_artifacts` gives below a model: MLflow 3 still lists them there, and keeps the files elsewhere."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.analysis.texts import text_of
from codemod.rules.idioms.artifact_uris import in_logged

_LISTS = ("mlflow.MlflowClient.list_artifacts", "mlflow.artifacts.list_artifacts")
# As many steps lead from a path to the list that it is taken from.
_MOST = 40


def is_listed_below_model(node: ast.expr, context: Context) -> bool:
    """Return whether a part of a path is what `list_artifacts` gives of a model that the code of the project logs."""
    pending: list[ast.expr] = [hole.node for hole in text_of(node, context.names).holes]
    seen = set[ast.expr]()
    while pending and len(seen) < _MOST:
        each = pending.pop()
        if each in seen:
            continue
        seen.add(each)
        if isinstance(each, ast.Call) and _lists_model(each, context):
            return True
        pending += _behind(each, context)
    return False


def _lists_model(node: ast.Call, context: Context) -> bool:
    call = context.call(node)
    path = call.get("path", "artifact_path") if call is not None and call.path in _LISTS else None
    return path is not None and in_logged(text_of(path.value, context.names).known, context)


def _behind(node: ast.expr, context: Context) -> list[ast.expr]:
    """Return what an expression has its value from: a variable, a loop, an item, or an attribute of one."""
    if isinstance(node, ast.Name):
        return [*context.names.sources(node), *context.names.loops(node)]
    if isinstance(node, (ast.Attribute, ast.Subscript)):
        source = context.names.attribute_definition(node) if isinstance(node, ast.Attribute) else None
        return [node.value] if source is None else [node.value, source]
    if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp)):
        return [node.elt]
    return node.args[:1] if isinstance(node, ast.Call) and not isinstance(node.func, ast.Attribute) else []
