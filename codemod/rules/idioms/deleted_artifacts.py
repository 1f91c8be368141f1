"""Loops that delete each artifact that a list of them names."""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.names.nodes import assigned_name, function_name

_DELETES = re.compile(r"delete|remove|unlink|rmtree|(?:\b|_)rm(?:\b|_)", re.IGNORECASE)
_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def deletes_each(node: ast.Call, context: Context) -> bool:
    """Return whether a loop over what a call lists deletes each of it, whatever it is."""
    scopes = context.names.scopes
    parent = scopes.parent(node)
    while isinstance(parent, ast.Call) and function_name(parent.func) in ("list", "sorted", "reversed", "tqdm"):
        node, parent = parent, scopes.parent(parent)
    if isinstance(parent, _LOOPS):
        return parent.iter is node and _deletes(parent, context)
    target = assigned_name(parent)
    loops = [scopes.parent(use) for use in context.names.uses(target)] if target is not None else []
    return any(isinstance(loop, _LOOPS) and _deletes(loop, context) for loop in loops)


def _deletes(loop: ast.For | ast.AsyncFor | ast.comprehension, context: Context) -> bool:
    if isinstance(loop, ast.comprehension):
        around = context.names.scopes.parent(loop)
        return not loop.ifs and around is not None and any(map(_is_deletion, ast.walk(around)))
    named = {item.id for item in ast.walk(loop.target) if isinstance(item, ast.Name)}
    calls = (item for statement in loop.body for item in ast.walk(statement) if _is_deletion(item))
    return any(_takes(call, named) and not _is_chosen(call, loop, context) for call in calls)


def _is_deletion(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _DELETES.search(function_name(node.func)) is not None


def _takes(call: ast.AST, named: set[str]) -> bool:
    return any(isinstance(item, ast.Name) and item.id in named for item in ast.walk(call))


def _is_chosen(node: ast.AST, loop: ast.AST, context: Context) -> bool:
    """Return whether a call in a loop stands in a branch that looks at what the artifact is called."""
    for ancestor in context.names.scopes.ancestors(node):
        if ancestor is loop:
            return False
        if isinstance(ancestor, (ast.If, ast.IfExp)) and "is_dir" not in ast.unparse(ancestor.test):
            return True
    return False
