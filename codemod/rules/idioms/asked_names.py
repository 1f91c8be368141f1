"""Names that code asks for with a default, ``getattr(mlflow, "recipes", None)``: has it made provision for an MLflow that lacks them?"""

from __future__ import annotations

import ast
import re

from codemod.analysis.context import Context
from codemod.names.nodes import assigned_name
from codemod.rules.removed.removals import Removal

_CODE = re.compile(r"`([^`]*)`")
_NAME = re.compile(r"\.(\w+)")


def is_provided_for(node: ast.Call, entry: Removal, context: Context) -> bool:
    """Return whether the code does something else where `getattr` gives the default.

    Args:
        node: The call of `getattr` with its three arguments.
        entry: What became of the name.
        context: The namespace.
    """
    if not _is_nothing(node.args[2]):
        return True
    parent = context.names.scopes.parent(node)
    if isinstance(parent, ast.BoolOp) and isinstance(parent.op, ast.Or) and parent.values[-1] is not node:
        return True
    new = {
        name for text in (f"`{entry.to}`", entry.advice) for code in _CODE.findall(text) for name in _NAME.findall(code)
    }
    if entry.to.rpartition(".")[2] == entry.source.rpartition(".")[2]:
        new = {entry.to.rpartition(".")[0].rpartition(".")[2]} - {"mlflow"}  # `mlflow.models.evaluate`
    scopes = context.names.scopes
    named = {each.attr for each in scopes.of(ast.Attribute)} | {str(each.value) for each in scopes.of(ast.Constant)}
    return not new.isdisjoint(named) or _is_tested(node, parent, context)


def _is_nothing(default: ast.expr) -> bool:
    return isinstance(default, ast.Constant) or (
        isinstance(default, ast.Lambda) and isinstance(default.body, ast.Constant)
    )


def _is_tested(node: ast.Call, parent: ast.AST | None, context: Context) -> bool:
    """Return whether a branch is for the default, other than to give up: ``if last is None: last = mine()``."""
    names = context.names
    target = assigned_name(parent)
    uses: list[ast.AST] = [*names.uses(target)] if target is not None else []
    for use in (node, *uses):
        child: ast.AST = use
        for ancestor in names.scopes.ancestors(use):
            if isinstance(ancestor, (ast.If, ast.IfExp)) and ancestor.test is child:
                return isinstance(ancestor, ast.IfExp) or _does_something(ancestor)
            if isinstance(ancestor, ast.stmt):
                break
            child = ancestor
    return False


def _does_something(branch: ast.If) -> bool:
    """Return whether the part of a branch that is for the default does something."""
    test = branch.test
    is_none = isinstance(test, ast.Compare) and isinstance(test.ops[0], ast.Is)
    is_none = is_none or (isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not))
    part = branch.body if is_none else branch.orelse
    return any(not isinstance(statement, (ast.Raise, ast.Return, ast.Pass, ast.Continue)) for statement in part)
